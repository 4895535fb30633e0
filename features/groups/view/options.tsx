import { useEffect, useState } from 'preact/hooks';
import {
  Bell,
  BellOff,
  CalendarDays,
  LifeBuoy,
  LogOut,
  PanelsTopLeft,
  Pencil,
  Phone,
  Pin,
  PinOff,
  Search,
  UserRound,
  UserRoundPlus,
  UsersRound,
} from 'lucide';
import type { IconNode } from 'lucide';

import { formatDate, formatPhone, phoneLink } from '../../../web/format.ts';
import { helpContact } from '../../../web/help.ts';
import { displayName } from '../../../web/names.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { IconButton, Link } from '../../../web/ui/button.tsx';
import { icons } from '../../../web/ui/meanings.ts';
import { Page } from '../../../web/ui/page.tsx';
import { PersonRow, Section, SettingRow } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { Gone } from '../../../web/ui/states.tsx';
import { isPhone } from '../../../web/viewport.ts';
import { CalendarRow } from '../../calendar/view/link.tsx';
import { boardPath } from '../../board/rules.ts';
import { boardWords } from '../../board/view/words.ts';
import { MediaSection } from '../../files/view/recent.tsx';
import { auditWords } from '../../audit/view/words.ts';
import { AddMembers } from '../../members/view/add.tsx';
import { RoleTag, useMembers } from '../../members/view/list.tsx';
import { LinksRow } from '../../links/view/row.tsx';
import { photoPath } from '../../photos/rules.ts';
import { RegulationRow } from '../../regulation/view/row.tsx';
import { RequestsRow } from '../../requests/view/row.tsx';
import { openSearch } from '../../search/view/open.ts';
import type { Chat } from '../../chats/protocol.ts';
import { trying, turnSound } from '../../chats/view/menu.ts';
import { PersonalRows } from '../../chats/view/peace.tsx';
import { SheetOf } from '../../chats/view/sheets.tsx';
import type { ChatSheet } from '../../chats/view/sheets.tsx';
import type { Groups } from '../state.ts';
import { strings } from '../strings.ts';
import { strings as governing } from '../strings/governing.ts';
import { EditGroup } from './edit.tsx';
import { LeaveGroup } from './leave.tsx';
import { OfferToYou } from './offer.tsx';
import { useGroups } from './use-groups.ts';
import { groupWords } from './words.ts';
import './groups.css';

/** Members shown before “Xem thành viên”. */
const PREVIEWED = 4;

/** Tùy chọn: a screen on a phone, the info panel on a computer. */
export function OptionsScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  const state = useGroups();
  const chat = state?.chat(group);
  return (
    <Page title={strings('options')} backTo={`/chats/${group}`} scrollName={`options ${group}`}>
      {state && chat ? (
        <GroupOptions key={group} state={state} chat={chat} />
      ) : state?.chats.known.value ? (
        <Gone home="/chats" />
      ) : (
        <Skeleton kind="setting" />
      )}
    </Page>
  );
}

/** What can be seen and done with one group, or with a conversation of two. */
export function GroupOptions({ state, chat }: { state: Groups; chat: Chat }) {
  return chat.kind === 'pair' ? <PairOptions state={state} chat={chat} /> : <Options state={state} chat={chat} />;
}

function PairOptions({ state, chat }: { state: Groups; chat: Chat }) {
  const { other } = chat;
  const [sheet, setSheet] = useState<ChatSheet>();
  const name = displayName(other?.name ?? '');
  return (
    <>
      <div class="options-head">
        <Avatar
          id={other?.id ?? chat.group}
          name={name}
          photo={photoPath(other?.photo, 'large')}
          size={isPhone.value ? 96 : 72}
        />
        <h2 class="options-name">{name}</h2>
        <p class="options-kind">{[other?.position, other?.unit].filter(Boolean).join(' · ')}</p>
        <div class="options-round">
          <Round icon={Search} label={strings('search')} onPress={() => openSearch(chat.group)} />
          <Round icon={PanelsTopLeft} label={boardWords('board')} href={boardPath(chat.group)} />
          <PinButton state={state} chat={chat} />
          <MuteButton state={state} chat={chat} open={setSheet} />
          {other ? <Round icon={UserRound} label={strings('profile')} href={`/directory/people/${other.id}`} /> : null}
        </div>
      </div>
      <MediaSection group={chat.group} />
      <Section>
        <CalendarRow group={chat.group} />
      </Section>
      <PersonalRows chats={state.chats} chat={chat} open={setSheet} />
      <Help />
      {sheet ? <SheetOf sheet={sheet} chats={state.chats} chat={chat} onClose={() => setSheet(undefined)} /> : null}
    </>
  );
}

function Options({ state, chat }: { state: Groups; chat: Chat }) {
  const { group } = chat;
  const [open, setOpen] = useState<'add' | 'edit' | 'leave'>();
  const [sheet, setSheet] = useState<ChatSheet>();
  const details = state.get(group);
  const name = displayName(chat.name);
  const online = state.online;
  const mayAdd = chat.rights.includes('member.add');
  const mayChange = chat.rights.includes('group.change');
  const maySee = chat.rights.includes('member.list');
  const close = (): void => setOpen(undefined);

  useEffect(() => {
    // What the list of chats knows is shown meanwhile, and instead where there is no line.
    if (online) state.fetch(group).catch(() => undefined);
  }, [group, online]);

  const about: [icon: IconNode, label: string, value: string][] = [];
  if (details?.area) about.push([icons.area, strings('area'), details.area.name]);
  if (details?.topic) about.push([icons.work, strings('topic'), details.topic]);
  if (details) about.push([CalendarDays, strings('createdAt'), formatDate(details.createdAt)]);

  return (
    <>
      <div class="options-head">
        <Avatar
          id={group}
          name={name}
          photo={photoPath(chat.photo, 'large')}
          group={chat.kind}
          size={isPhone.value ? 96 : 72}
        />
        <h2 class="options-name cut-2" title={name}>
          {name}
        </h2>
        <p class="options-kind">
          {[groupWords(chat.kind), details?.unit ? strings('ofUnit', { unit: details.unit }) : '']
            .filter(Boolean)
            .join(' · ')}
        </p>
        <div class="options-round">
          <Round icon={Search} label={strings('search')} onPress={() => openSearch(group)} />
          <Round icon={PanelsTopLeft} label={boardWords('board')} href={boardPath(group)} />
          {mayAdd ? <Round icon={UserRoundPlus} label={strings('add')} onPress={() => setOpen('add')} /> : null}
          {mayChange ? <Round icon={Pencil} label={strings('edit')} onPress={() => setOpen('edit')} /> : null}
          <PinButton state={state} chat={chat} />
          <MuteButton state={state} chat={chat} open={setSheet} />
        </div>
      </div>
      {chat.transfer?.to === state.account ? (
        <div class="options-offer">
          <OfferToYou state={state} chat={chat} />
        </div>
      ) : null}
      <Section>
        <SettingRow icon={icons.settings} label={governing('settings')} href={`/chats/${group}/settings`} />
        <RequestsRow chat={chat} />
        <LinksRow chat={chat} />
      </Section>
      {maySee ? <MembersPreview state={state} chat={chat} /> : null}
      <MediaSection group={group} />
      <Section>
        <RegulationRow chat={chat} />
        <CalendarRow group={group} />
      </Section>
      {details && (details.description || about.length > 0) ? (
        <Section title={strings('info')}>
          {details.description ? <p class="options-about">{details.description}</p> : null}
          {about.map(([icon, label, value]) => (
            <SettingRow key={label} icon={icon} label={label} help={value} />
          ))}
          <SettingRow icon={Pencil} label={governing('names')} href={`/chats/${group}/names`} />
        </Section>
      ) : null}
      {chat.rights.includes('audit.read') ? (
        <Section>
          <SettingRow
            icon={icons.auditLog}
            label={auditWords('title')}
            help={auditWords('ofGroup')}
            href={`/chats/${group}/audit`}
          />
        </Section>
      ) : null}
      <PersonalRows chats={state.chats} chat={chat} open={setSheet} />
      <Help />
      <Section>
        <SettingRow
          icon={LogOut}
          tone="red"
          label={strings(chat.role === 'owner' && chat.members > 1 ? 'handOverAndLeave' : 'leave')}
          onPress={() => setOpen('leave')}
        />
      </Section>
      {sheet ? <SheetOf sheet={sheet} chats={state.chats} chat={chat} onClose={() => setSheet(undefined)} /> : null}
      {open === 'add' ? <AddMembers state={state} group={group} onClose={close} /> : null}
      {open === 'edit' ? <EditGroup state={state} chat={chat} onClose={close} /> : null}
      {open === 'leave' ? <LeaveGroup state={state} chat={chat} onClose={close} /> : null}
    </>
  );
}

function MembersPreview({ state, chat }: { state: Groups; chat: Chat }) {
  const { group } = chat;
  const { members } = useMembers(state, group, '');
  const path = `/chats/${group}/members`;
  return (
    <Section
      title={strings('members')}
      count={chat.members}
      action={
        <Link href={path} class="options-see">
          {strings('seeMembers')}
        </Link>
      }
    >
      {members.slice(0, PREVIEWED).map((it) => (
        <PersonRow
          key={it.account}
          id={it.account}
          name={displayName(it.name)}
          photo={photoPath(it.photo)}
          tags={<RoleTag role={it.role} />}
          second={it.position}
          href={`/directory/people/${it.account}`}
        />
      ))}
      {members.length === 0 ? <SettingRow icon={UsersRound} label={strings('seeMembers')} href={path} /> : null}
    </Section>
  );
}

function MuteButton({ state, chat, open }: { state: Groups; chat: Chat; open: (sheet: ChatSheet) => void }) {
  const on = state.chats.isMuted(chat);
  return (
    <Round
      icon={on ? Bell : BellOff}
      label={strings(on ? 'unmute' : 'mute')}
      pressed={on}
      onPress={() => turnSound(state.chats, chat, open)}
    />
  );
}

function PinButton({ state, chat }: { state: Groups; chat: Chat }) {
  const on = chat.pinnedAt !== null;
  return (
    <Round
      icon={on ? PinOff : Pin}
      label={strings(on ? 'unpin' : 'pin')}
      pressed={on}
      onPress={() => trying(() => state.chats.pin(chat.group, !on))}
    />
  );
}

interface RoundProps {
  icon: IconNode;
  label: string;
  pressed?: boolean;
  onPress?: () => void;
  href?: string;
}

/** A round button with its words beneath. */
function Round({ icon, label, pressed, onPress, href }: RoundProps) {
  const inside = (
    <>
      <span class="options-round-face">
        <Icon of={icon} size={20} />
      </span>
      <span>{label}</span>
    </>
  );
  if (href !== undefined) {
    return (
      <Link href={href} class="options-round-button">
        {inside}
      </Link>
    );
  }
  return (
    <button type="button" class="options-round-button" aria-pressed={pressed} onClick={onPress}>
      {inside}
    </button>
  );
}

/** Whom to call; in the same place on every screen of options. */
function Help() {
  const contact = helpContact.value;
  if (!contact) return null;
  return (
    <Section>
      <SettingRow
        icon={LifeBuoy}
        label={strings('help')}
        help={`${displayName(contact.name)} · ${formatPhone(contact.phone)}`}
        after={
          <IconButton
            icon={Phone}
            label={strings('callHelp', { name: displayName(contact.name) })}
            href={phoneLink(contact.phone)}
          />
        }
      />
    </Section>
  );
}
