import { useEffect, useState } from 'preact/hooks';
import { CircleCheck, FileUp, PencilLine } from 'lucide';

import { formatDateTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { icons } from '../../../web/ui/meanings.ts';
import { Page } from '../../../web/ui/page.tsx';
import { Section, SettingRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Regulation, Text, Version } from '../protocol.ts';
import { hasAccepted } from '../rules/accepted.ts';
import { draftForm } from '../state/draft.ts';
import { regulations } from '../state.ts';
import type { Regulations } from '../state.ts';
import { strings } from '../strings.ts';
import { strings as card } from '../strings/card.ts';
import { AcceptSheet } from './accept.tsx';
import { Downloads, FileCard, RegulationText, versionWords } from './text.tsx';
import { UploadSheet } from './upload.tsx';
import { refusalWords } from './words.ts';
import '../regulation.css';

/** Quy chế sử dụng of one group: to read, to accept, to take away as a file; for leaders to write and to follow. */
export function RegulationScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  const state = regulations.value;
  const chat = state?.chats.get(group);
  if (state && chat && chat.kind !== 'pair') return <Opened key={group} state={state} group={group} />;
  return (
    <Page title={strings('regulation')} nested backTo={`/chats/${group}/options`}>
      {state?.chats.known.value ? <Gone home="/chats" /> : <Skeleton kind="text" />}
    </Page>
  );
}

function Opened({ state, group }: { state: Regulations; group: string }) {
  const regulation = state.get(group);
  const online = state.online;
  const [trouble, setTrouble] = useState<unknown>(undefined);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    state.fetch(group).then(
      () => setTrouble(undefined),
      (error: unknown) => setTrouble(error),
    );
  }, [group, online, attempt]);
  const current = regulation?.current;
  const name = displayName(state.chats.get(group)?.name ?? '');
  return (
    <Page title={strings('regulation')} subtitle={name} nested backTo={`/chats/${group}/options`} lane="form">
      {!regulation ? (
        trouble === undefined ? (
          <Skeleton kind="text" rows={8} />
        ) : (
          <Trouble error={trouble} onRetry={() => setAttempt((n) => n + 1)} />
        )
      ) : (
        <>
          {current ? (
            <Current state={state} group={group} regulation={regulation} current={current} />
          ) : (
            <EmptyState
              icon={icons.regulation}
              title={strings('none')}
              text={strings(regulation.governing ? 'noneLeader' : 'noneMember')}
            />
          )}
          {regulation.governing ? <Governing state={state} group={group} regulation={regulation} /> : null}
          {current && current.version > 1 ? <History state={state} group={group} current={current.version} /> : null}
        </>
      )}
    </Page>
  );
}

interface Shown {
  state: Regulations;
  group: string;
  regulation: Regulation;
}

function Current({ state, group, regulation, current }: Shown & { current: Text }) {
  const [accepting, setAccepting] = useState(false);
  const [whole, setWhole] = useState(!regulation.governing);
  const { accepted, acceptedAt } = regulation;
  const done = hasAccepted({ version: current.version, accepted });
  return (
    <section class="regulation-current" aria-label={current.title}>
      <header class="regulation-title">
        <span class="regulation-title-icon">
          <Icon of={icons.regulation} size={24} />
        </span>
        <span>
          <h2>{current.title}</h2>
          <p>{[versionWords(current), strings('issuedBy', { name: displayName(current.by) })].join(' · ')}</p>
          {current.from ? <p>{strings('takenFrom', { unit: current.from })}</p> : null}
        </span>
      </header>
      {done ? (
        acceptedAt === null ? null : (
          <p class="regulation-done">
            <Icon of={CircleCheck} size={20} />
            {strings('acceptedAt', { n: String(accepted), time: formatDateTime(acceptedAt) })}
          </p>
        )
      ) : (
        <Button wide onPress={() => setAccepting(true)}>
          {card('readAndAccept')}
        </Button>
      )}
      {current.file ? <FileCard file={current.file} /> : null}
      {current.document && whole ? <RegulationText document={current.document} /> : null}
      <div class="regulation-acts">
        {current.document && regulation.governing ? (
          <Button look="soft" size="small" expanded={whole} onPress={() => setWhole(!whole)}>
            {strings(whole ? 'readLess' : 'readAll')}
          </Button>
        ) : null}
        <Downloads id={current.id} file={current.file} />
      </div>
      {accepting ? <AcceptSheet state={state} group={group} onClose={() => setAccepting(false)} /> : null}
    </section>
  );
}

function Governing({ state, group, regulation }: Shown) {
  const [uploading, setUploading] = useState(false);
  const [busy, setBusy] = useState(false);
  const { members, accepted, draft, offer } = regulation.governing!;
  const path = `/chats/${group}/regulation`;

  async function takeOver(id: string, unit: string): Promise<void> {
    const yes = await confirm({
      title: strings('takeOverTitle', { unit }),
      text: strings('publishText'),
      yes: strings('takeOver'),
    });
    if (!yes) return;
    setBusy(true);
    try {
      const { version } = await state.call('regulation.takeOver', { group, regulation: id });
      await state.fetch(group).catch(() => undefined);
      showToast(strings('published', { n: String(version) }));
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
      await state.fetch(group).catch(() => undefined);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Section title={strings('govern')}>
      {regulation.current ? (
        <SettingRow
          icon={CircleCheck}
          label={strings('accepted')}
          value={strings('ofAll', { n: accepted, all: members })}
          href={`${path}/acceptance`}
        />
      ) : null}
      <SettingRow
        icon={PencilLine}
        label={strings(draft ? 'goOn' : regulation.current ? 'writeNew' : 'write')}
        help={draft ? strings('savedBy', { name: displayName(draft.by), time: formatDateTime(draft.at) }) : undefined}
        href={`${path}/draft`}
      />
      <SettingRow
        icon={FileUp}
        label={strings('upload')}
        help={strings('uploadHelp')}
        onPress={() => setUploading(true)}
      />
      {offer ? (
        <div class="regulation-offer">
          <p class="regulation-offer-title">{strings('offered', { unit: offer.unit })}</p>
          <p>{strings('offeredVersion', { n: String(offer.version), title: offer.title })}</p>
          {offer.taken === 'no' ? null : <p>{strings(offer.taken === 'this' ? 'offeredThis' : 'offeredNewer')}</p>}
          <div class="regulation-acts">
            {offer.taken === 'this' ? null : (
              <Button size="small" busy={busy} onPress={() => void takeOver(offer.id, offer.unit)}>
                {strings('takeOver')}
              </Button>
            )}
            <Downloads id={offer.id} file={null} />
          </div>
        </div>
      ) : null}
      {uploading ? (
        <UploadSheet
          form={draftForm({ group })}
          draft={draft}
          onClose={() => setUploading(false)}
          onDone={() => navigate(`${path}/draft`)}
        />
      ) : null}
    </Section>
  );
}

function History({ state, group, current }: { state: Regulations; group: string; current: number }) {
  const [versions, setVersions] = useState<readonly Version[]>();
  const [open, setOpen] = useState<number>();
  const online = state.online;
  useEffect(() => {
    if (!online) return;
    state.call('regulation.versions', { group }).then(
      (it) => setVersions(it.versions),
      () => undefined,
    );
  }, [group, current, online]);
  if (!versions) return null;
  return (
    <Section title={strings('history')}>
      {versions.map((it) => (
        <SettingRow
          key={it.id}
          icon={icons.regulation}
          label={versionWords(it)}
          help={[strings('issuedBy', { name: displayName(it.by) }), it.title].join(' · ')}
          value={strings(it.version === current ? 'inForce' : 'replaced')}
          onPress={() => setOpen(it.version)}
        />
      ))}
      {open === undefined ? null : (
        <VersionSheet state={state} group={group} version={open} onClose={() => setOpen(undefined)} />
      )}
    </Section>
  );
}

function VersionSheet({
  state,
  group,
  version,
  onClose,
}: {
  state: Regulations;
  group: string;
  version: number;
  onClose: () => void;
}) {
  const [text, setText] = useState<Text>();
  const [trouble, setTrouble] = useState<unknown>(undefined);
  useEffect(() => {
    state.call('regulation.version', { group, version }).then(setText, setTrouble);
  }, [group, version]);
  return (
    <Sheet
      title={card('ofGroup')}
      subtitle={text ? versionWords(text) : strings('versionOnly', { n: String(version) })}
      onClose={onClose}
      full
    >
      {text ? (
        <>
          {text.document ? <RegulationText document={text.document} /> : null}
          {text.file ? <FileCard file={text.file} /> : null}
          <Downloads id={text.id} file={text.file} />
        </>
      ) : trouble === undefined ? (
        <Skeleton kind="text" rows={8} />
      ) : (
        <Trouble error={trouble} />
      )}
    </Sheet>
  );
}
