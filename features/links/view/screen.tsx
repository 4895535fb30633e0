import { useEffect, useState } from 'preact/hooks';
import { Copy, Download, Link2, Plus, Printer, QrCode, Trash2 } from 'lucide';

import { newId } from '../../../protocol/id.ts';
import { formatDate } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { RadioRows } from '../../../web/ui/choice.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Field, PickField } from '../../../web/ui/field.tsx';
import { copyText } from '../../../web/ui/gestures.ts';
import { Page } from '../../../web/ui/page.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone } from '../../../web/ui/states.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { AreaPicker } from '../../areas/view/area-picker.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { Refusal } from '../../groups/view/refusal.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import { endOfDay } from '../../members/rules.ts';
import { UnitSheet } from '../../units/view/unit-tree.tsx';
import type { Link } from '../protocol.ts';
import { joinPath, LINK_NAME_MOST, QUOTA_MOST } from '../rules.ts';
import { strings } from '../strings.ts';
import { qrPath, qrPng } from './qr.ts';
import { linkRefusal } from './refusals.ts';
import '../links.css';

/** Link nhóm, mã QR: the links of a group, each to be shown, printed, copied, revoked. */
export function LinksScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  const state = useGroups();
  const chat = state?.chat(group);
  return (
    <Page title={strings('title')} subtitle={displayName(chat?.name ?? '')} nested backTo={`/chats/${group}/options`}>
      {state && chat?.rights.includes('link.invite') ? (
        <Links key={group} state={state} chat={chat} />
      ) : chat ? (
        <EmptyState icon={Link2} title={strings('mayNot')} text="" />
      ) : state?.chats.known.value ? (
        <Gone home="/chats" />
      ) : (
        <Skeleton kind="setting" />
      )}
    </Page>
  );
}

const addressOf = (link: Link, way: 'link' | 'qr'): string => new URL(joinPath(link.code, way), location.origin).href;

function Links({ state, chat }: { state: GroupsView; chat: Chat }) {
  const { group } = chat;
  const [links, setLinks] = useState<readonly Link[]>();
  const [error, setError] = useState<unknown>();
  const [open, setOpen] = useState<'make' | Link>();
  const { online } = state;

  function load(): void {
    setError(undefined);
    state.call('link.list', { group }).then(
      (it) => setLinks(it.links),
      (reason: unknown) => setError(reason),
    );
  }
  useEffect(() => {
    if (online) load();
  }, [group, online]);

  async function revoke(link: Link): Promise<void> {
    const name = link.name || strings('unnamed');
    const agreed = await confirm({
      title: strings('revokeTitle', { name }),
      text: strings('revokeText'),
      yes: strings('revoke'),
      danger: true,
    });
    if (!agreed) return;
    try {
      await state.call('link.revoke', { group, link: link.id });
      setLinks((was) => was?.filter((it) => it.id !== link.id));
      showToast(strings('revoked'));
    } catch (reason) {
      showToast({ words: linkRefusal(reason), icon: null });
    }
  }

  async function copy(link: Link): Promise<void> {
    await copyText(addressOf(link, 'link'));
    showToast(strings('copied'));
  }

  if (error !== undefined && !links) return <Trouble error={error} onRetry={load} />;
  if (!links && !online) return <EmptyState icon={Link2} title={strings('offline')} text="" />;
  if (!links) return <Skeleton kind="setting" rows={4} />;
  return (
    <>
      {chat.settings.links ? null : <p class="links-off">{strings('off')}</p>}
      <div class="links-make">
        <Button icon={Plus} onPress={() => setOpen('make')}>
          {strings('make')}
        </Button>
      </div>
      {links.length === 0 ? <EmptyState icon={QrCode} title={strings('none')} text={strings('noneText')} /> : null}
      <ul>
        {links.map((link) => (
          <li key={link.id} class="link-row">
            <div class="link-words">
              <p class="link-name">
                {link.name || strings('unnamed')}{' '}
                {link.state === 'open' ? null : <Tag tone="gold">{strings(link.state)}</Tag>}
              </p>
              <p class="join-kind">{linkWords(link)}</p>
            </div>
            <div class="link-acts">
              <Button look="soft" size="small" icon={QrCode} onPress={() => setOpen(link)}>
                {strings('show')}
              </Button>
              <IconButton icon={Copy} size={20} label={strings('copy')} onPress={() => void copy(link)} />
              <IconButton icon={Trash2} size={20} label={strings('revoke')} onPress={() => void revoke(link)} />
            </div>
          </li>
        ))}
      </ul>
      {open === 'make' ? (
        <MakeSheet
          state={state}
          group={group}
          onClose={(made) => {
            setOpen(made);
            if (made) setLinks([made, ...links]);
          }}
        />
      ) : open ? (
        <QrSheet chat={chat} link={open} onCopy={() => void copy(open)} onClose={() => setOpen(undefined)} />
      ) : null}
    </>
  );
}

function linkWords({ used, quota, endsAt, area, unit, by }: Link): string {
  const place = area?.name ?? unit?.name;
  return [
    quota === null ? strings('used', { n: used }) : strings('usedOf', { n: used, quota }),
    endsAt === null ? '' : strings('until', { day: formatDate(endsAt - 1) }),
    place ? strings('onlyFor', { place }) : '',
    displayName(by.name),
  ]
    .filter(Boolean)
    .join(' · ');
}

interface QrProps {
  chat: Chat;
  link: Link;
  onCopy: () => void;
  onClose: () => void;
}

/** The code as a picture: to be shown, kept, and printed with the name of the group alone on the page. */
function QrSheet({ chat, link, onCopy, onClose }: QrProps) {
  const name = displayName(chat.name);
  const address = addressOf(link, 'qr');
  const { path, size } = qrPath(address);

  async function save(): Promise<void> {
    const url = URL.createObjectURL(await qrPng(address));
    const anchor = document.createElement('a');
    anchor.href = url;
    anchor.download = `${name}.png`;
    anchor.click();
    // The browser has begun reading it by then.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  return (
    <Sheet
      title={link.name || strings('unnamed')}
      size="small"
      onClose={onClose}
      foot={
        <div class="link-foot">
          <Button look="outline" icon={Copy} onPress={onCopy}>
            {strings('copy')}
          </Button>
          <Button look="outline" icon={Download} onPress={() => void save()}>
            {strings('save')}
          </Button>
          <Button icon={Printer} onPress={() => print()}>
            {strings('print')}
          </Button>
        </div>
      }
    >
      <div class="link-print">
        <p class="link-print-name">{name}</p>
        <svg class="link-qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={strings('qr', { name })}>
          <rect width={size} height={size} fill="#fff" />
          <path d={path} fill="#000" shape-rendering="crispEdges" />
        </svg>
        <p>{strings('scan')}</p>
        <p class="link-address">{addressOf(link, 'link')}</p>
      </div>
    </Sheet>
  );
}

interface MakeProps {
  state: GroupsView;
  group: string;
  onClose: (made?: Link) => void;
}

/** A new link: its name, how long, how many, for whom. */
function MakeSheet({ state, group, onClose }: MakeProps) {
  const [name, setName] = useState('');
  const [day, setDay] = useState('');
  const [quota, setQuota] = useState('');
  const [only, setOnly] = useState<'all' | 'area' | 'unit'>('all');
  const [area, setArea] = useState<string>();
  const [unit, setUnit] = useState<{ id: string; name: string }>();
  const [picking, setPicking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const [asked, setAsked] = useState<{ wish: string; id: string }>();
  const places = quota.trim() === '' ? null : Number(quota.replaceAll(/[ .]/g, ''));
  const wrong = places !== null && !(Number.isInteger(places) && places >= 1 && places <= QUOTA_MOST);

  async function make(): Promise<void> {
    const input = {
      group,
      name,
      endsAt: day === '' ? null : (endOfDay(day) ?? null),
      quota: places,
      area: only === 'area' ? (area ?? null) : null,
      unit: only === 'unit' ? (unit?.id ?? null) : null,
    };
    const wish = JSON.stringify(input);
    const id = asked?.wish === wish ? asked.id : newId();
    setAsked({ wish, id });
    setBusy(true);
    setRefusal(undefined);
    try {
      onClose((await state.call('link.make', input, { id })).link);
    } catch (error) {
      setRefusal(linkRefusal(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={strings('make')}
      size="small"
      onClose={() => onClose()}
      foot={
        <>
          <Refusal words={refusal} />
          <Button
            busy={busy}
            disabled={wrong || (only === 'area' && !area) || (only === 'unit' && !unit)}
            onPress={() => void make()}
          >
            {strings('make')}
          </Button>
        </>
      }
    >
      <Field
        label={strings('name')}
        help={strings('nameHelp')}
        value={name}
        onInput={setName}
        maxLength={LINK_NAME_MOST}
        optional
        autofocus
      />
      <Field label={strings('ends')} help={strings('endsHelp')} type="date" value={day} onInput={setDay} optional />
      <Field
        label={strings('quota')}
        help={strings('quotaHelp')}
        error={wrong ? strings('quotaWrong') : undefined}
        inputMode="numeric"
        value={quota}
        onInput={setQuota}
        optional
      />
      <RadioRows
        label={strings('only')}
        value={only}
        onChange={setOnly}
        options={[
          { value: 'all' as const, label: strings('onlyAll') },
          { value: 'area' as const, label: strings('onlyArea'), help: strings('areaHelp') },
          { value: 'unit' as const, label: strings('onlyUnit'), help: strings('unitHelp') },
        ]}
      />
      {only === 'area' ? (
        <AreaPicker label={strings('area')} value={area ?? null} onChoose={(it) => setArea(it.code)} />
      ) : only === 'unit' ? (
        <PickField label={strings('unit')} placeholder={strings('unitPick')} onPress={() => setPicking(true)}>
          {unit?.name}
        </PickField>
      ) : null}
      {picking ? (
        <UnitSheet
          title={strings('unitPick')}
          onChoose={(it) => {
            setUnit(it);
            setPicking(false);
          }}
          onClose={() => setPicking(false)}
        />
      ) : null}
    </Sheet>
  );
}
