import { computed } from '@preact/signals';
import { BookUser, CircleUserRound, ClipboardCheck, Landmark, MessagesSquare, Settings } from 'lucide';

import type { Shell } from '../web/routing.ts';
import { UpdateStrip } from '../web/update-strip.tsx';
import { me, newcomer, placeFor, session } from './accounts/state.ts';
import { keepRightsAwake } from './accounts/state/awake.ts';
import { strings as accountStrings } from './accounts/strings/tab.ts';
import { isAuditor, isOfficer } from './accounts/view/administrator.ts';
import { RightsAsked } from './accounts/view/awake.tsx';
import { NothingOpen as NothingOfMine } from './accounts/view/nothing.tsx';
import { CallBackStrip, CallSlot } from './calls/view/slot.tsx';
import { chats } from './chats/state.ts';
import { strings as chatStrings } from './chats/strings.ts';
import { ConversationScreen } from './chats/view/conversation.tsx';
import { ChatList, NoChatOpen } from './chats/view/list.tsx';
import { RemindedStrip } from './chats/view/reminded.tsx';
import { LineStrip } from './chats/view/strip.tsx';
import { AddedStrip } from './devices/view/added.tsx';
import { strings as directoryStrings } from './directory/strings/tab.ts';
import { NobodyOpen, NothingOpen } from './directory/view/nothing.tsx';
import { LeftQuietlyStrip } from './members/view/left-quietly.tsx';
import { InvitationStrip } from './invitations/view/strip.tsx';
import { Notices } from './notifications/view/late.tsx';
import { photoPath } from './photos/rules.ts';
import { ReportedStrip } from './reports/view/told.tsx';
import { AnswerStrip } from './requests/view/strip.tsx';
import { SearchSlot } from './search/view/slot.tsx';
import { DecidedStrip, FormRefusedSlot } from './secrecy/view/told.tsx';
import { begin, iconBadge, leaving, unreadChats } from './states.ts';
import { work } from './work/state/current.ts';
import { strings as workStrings } from './work/strings/tab.ts';
import { CalendarBeside } from './work/view/beside.tsx';

const self = computed(() => {
  const known = me.value?.self.value;
  return known && { id: known.id, name: known.name, photo: photoPath(known.photo) };
});

/** People who wait for an administrator. */
const waiting = computed(() => me.value?.waiting.value ?? 0);

/** What is due or waits to be answered. */
const todo = computed(() => work.value?.counts.value?.todo ?? 0);

/** The list of chats stands, or there is nobody to show it to. */
const settled = computed(
  () => session.value.state === 'out' || session.value.state === 'setup' || chats.value?.known.value === true,
);

// What the product shows, in the order of a tour: a feature puts its screens here and nothing else has to know it.
export const shell: Shell = {
  screens: [
    { path: '/setup', frame: 'bare', load: () => import('./agency/view/setup.tsx').then((it) => it.SetupScreen) },
    {
      path: '/sign-in',
      frame: 'bare',
      load: () => import('./accounts/view/sign-in.tsx').then((it) => it.SignInScreen),
    },
    {
      path: '/welcome',
      frame: 'bare',
      load: () => import('./accounts/view/welcome.tsx').then((it) => it.WelcomeScreen),
    },
    { path: '/chats', frame: 'list', tab: 'chats', view: ChatList },
    {
      path: '/chats/:group',
      frame: 'detail',
      tab: 'chats',
      aside: '/chats/:group/options',
      skip: () => chatStrings('skip'),
      view: ConversationScreen,
    },
    {
      path: '/chats/:group/options',
      frame: 'info',
      tab: 'chats',
      beside: '/chats/:group',
      load: () => import('./groups/view/options.tsx').then((it) => it.OptionsScreen),
    },
    {
      path: '/chats/:group/settings',
      frame: 'info',
      tab: 'chats',
      beside: '/chats/:group',
      load: () => import('./groups/view/settings.tsx').then((it) => it.GroupSettingsScreen),
    },
    {
      path: '/chats/:group/names',
      frame: 'info',
      tab: 'chats',
      beside: '/chats/:group',
      load: () => import('./groups/view/settings.tsx').then((it) => it.NameHistoryScreen),
    },
    {
      path: '/chats/:group/members',
      frame: 'info',
      tab: 'chats',
      beside: '/chats/:group',
      load: () => import('./members/view/list.tsx').then((it) => it.MembersScreen),
    },
    {
      path: '/chats/:group/members/manage',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./members/view/manage.tsx').then((it) => it.ManageMembersScreen),
    },
    {
      path: '/chats/:group/members/compare',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./members/view/compare.tsx').then((it) => it.CompareScreen),
    },
    {
      path: '/chats/:group/requests',
      frame: 'info',
      tab: 'chats',
      beside: '/chats/:group',
      load: () => import('./requests/view/screen.tsx').then((it) => it.ApproveScreen),
    },
    {
      path: '/chats/:group/links',
      frame: 'info',
      tab: 'chats',
      beside: '/chats/:group',
      load: () => import('./links/view/screen.tsx').then((it) => it.LinksScreen),
    },
    {
      path: '/join/:code',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./links/view/join.tsx').then((it) => it.JoinScreen),
    },
    {
      path: '/join/:code/:way',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./links/view/join.tsx').then((it) => it.JoinScreen),
    },
    {
      path: '/invitations',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./invitations/view/screen.tsx').then((it) => it.InvitationsScreen),
    },
    {
      path: '/chats/:group/regulation',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./regulation/view/screen.tsx').then((it) => it.RegulationScreen),
    },
    {
      path: '/chats/:group/regulation/draft',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./regulation/view/draft.tsx').then((it) => it.DraftScreen),
    },
    {
      path: '/chats/:group/regulation/acceptance',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./regulation/view/acceptance.tsx').then((it) => it.AcceptanceScreen),
    },
    {
      path: '/chats/:group/audit',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./audit/view/group.tsx').then((it) => it.GroupAuditScreen),
    },
    {
      path: '/chats/:group/board',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./board/view/board.tsx').then((it) => it.BoardScreen),
    },
    {
      path: '/chats/:group/board/:list',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./board/view/list.tsx').then((it) => it.BoardListScreen),
    },
    {
      path: '/chats/:group/reminders/:reminder',
      frame: 'info',
      tab: 'chats',
      beside: '/chats/:group',
      load: () => import('./reminders/view/details.tsx').then((it) => it.ReminderScreen),
    },
    {
      path: '/chats/:group/polls/:poll',
      frame: 'info',
      tab: 'chats',
      beside: '/chats/:group',
      load: () => import('./polls/view/details.tsx').then((it) => it.PollScreen),
    },
    {
      path: '/chats/:group/calls/:call',
      frame: 'info',
      tab: 'chats',
      beside: '/chats/:group',
      load: () => import('./calls/view/attendance.tsx').then((it) => it.CallScreen),
    },
    {
      path: '/chats/:group/media',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./files/view/store.tsx').then((it) => it.MediaStoreScreen),
    },
    {
      path: '/chats/:group/notes/:note',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./notes/view/screen.tsx').then((it) => it.NoteScreen),
    },
    {
      path: '/chats/:group/calendar',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./calendar/view/screen.tsx').then((it) => it.GroupCalendarScreen),
    },
    {
      path: '/groups/new',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./groups/view/create.tsx').then((it) => it.NewGroupScreen),
    },
    {
      path: '/directory',
      frame: 'list',
      tab: 'directory',
      load: () => import('./directory/view/directory.tsx').then((it) => it.DirectoryScreen),
    },
    {
      path: '/directory/people/:account',
      frame: 'detail',
      tab: 'directory',
      load: () => import('./directory/view/person.tsx').then((it) => it.PersonScreen),
    },
    {
      path: '/directory/units/:unit',
      frame: 'detail',
      tab: 'directory',
      load: () => import('./directory/view/place.tsx').then((it) => it.UnitPeopleScreen),
    },
    {
      path: '/directory/areas/:area',
      frame: 'detail',
      tab: 'directory',
      load: () => import('./directory/view/place.tsx').then((it) => it.AreaPeopleScreen),
    },
    {
      path: '/work',
      frame: 'list',
      tab: 'work',
      load: () => import('./work/view/screen.tsx').then((it) => it.WorkScreen),
    },
    {
      path: '/work/calendar',
      frame: 'detail',
      tab: 'work',
      load: () => import('./calendar/view/screen.tsx').then((it) => it.MyCalendarScreen),
    },
    { path: '/me', frame: 'list', tab: 'me', load: () => import('./accounts/view/me.tsx').then((it) => it.MeScreen) },
    {
      path: '/me/profile',
      frame: 'detail',
      tab: 'me',
      load: () => import('./accounts/view/profile.tsx').then((it) => it.ProfileScreen),
    },
    {
      path: '/me/devices',
      frame: 'detail',
      tab: 'me',
      load: () => import('./devices/view/devices.tsx').then((it) => it.DevicesScreen),
    },
    {
      path: '/me/saved',
      frame: 'detail',
      tab: 'me',
      load: () => import('./saved/view/screen.tsx').then((it) => it.SavedScreen),
    },
    {
      path: '/me/quiet',
      frame: 'detail',
      tab: 'me',
      load: () => import('./quiet/view/screen.tsx').then((it) => it.QuietScreen),
    },
    {
      path: '/me/labels',
      frame: 'detail',
      tab: 'me',
      load: () => import('./labels/view/manage.tsx').then((it) => it.LabelsScreen),
    },
    {
      path: '/me/scheduled',
      frame: 'detail',
      tab: 'me',
      load: () => import('./scheduled/view/screen.tsx').then((it) => it.ScheduledScreen),
    },
    {
      path: '/me/phrases',
      frame: 'detail',
      tab: 'me',
      load: () => import('./phrases/view/screen.tsx').then((it) => it.PhrasesScreen),
    },
    {
      path: '/me/refused',
      frame: 'detail',
      tab: 'me',
      load: () => import('./secrecy/view/mine.tsx').then((it) => it.RefusedScreen),
    },
    {
      path: '/admin/secrecy',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./secrecy/view/desk.tsx').then((it) => it.DeskScreen),
    },
    {
      path: '/admin/secrecy/:part',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./secrecy/view/desk.tsx').then((it) => it.DeskScreen),
    },
    {
      path: '/admin/requests',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./accounts/view/requests.tsx').then((it) => it.RequestsScreen),
    },
    {
      path: '/admin/agency',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./agency/view/settings.tsx').then((it) => it.AgencySettingsScreen),
    },
    {
      path: '/admin',
      frame: 'list',
      tab: 'admin',
      load: () => import('./directory/view/admin.tsx').then((it) => it.AdminScreen),
    },
    {
      path: '/admin/audit',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./audit/view/admin.tsx').then((it) => it.AuditScreen),
    },
    {
      path: '/admin/recalled',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./sealed/view/screen.tsx').then((it) => it.SealedScreen),
    },
    {
      path: '/admin/reports',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./reports/view/screen.tsx').then((it) => it.ReportsScreen),
    },
    {
      path: '/admin/reports/:withdrawal',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./reports/view/minute.tsx').then((it) => it.MinuteScreen),
    },
    {
      path: '/admin/import',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./directory/view/import.tsx').then((it) => it.ImportScreen),
    },
    {
      path: '/admin/groups',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./groups/view/admin.tsx').then((it) => it.GroupsAdminScreen),
    },
    {
      path: '/admin/units',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./units/view/admin.tsx').then((it) => it.UnitsScreen),
    },
    {
      path: '/admin/regulations',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./regulation/view/defaults.tsx').then((it) => it.DefaultsScreen),
    },
    {
      path: '/admin/regulations/:unit',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./regulation/view/defaults.tsx').then((it) => it.DefaultScreen),
    },
    {
      path: '/admin/areas',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./areas/view/admin.tsx').then((it) => it.AreasScreen),
    },
  ],
  tabs: [
    {
      id: 'chats',
      path: '/chats',
      icon: MessagesSquare,
      label: () => chatStrings('title'),
      badge: unreadChats,
      badgeWords: (n) => chatStrings('unreadChats', { n }),
      empty: NoChatOpen,
    },
    {
      id: 'directory',
      path: '/directory',
      icon: BookUser,
      label: () => directoryStrings('directory'),
      empty: NobodyOpen,
    },
    {
      id: 'work',
      path: '/work',
      icon: ClipboardCheck,
      label: () => workStrings('work'),
      badge: todo,
      badgeWords: (n) => workStrings('waiting', { n }),
      badgeTone: 'red',
      empty: CalendarBeside,
    },
    {
      id: 'me',
      path: '/me',
      icon: CircleUserRound,
      label: () => accountStrings('me'),
      rail: 'foot',
      railIcon: Settings,
      railLabel: () => accountStrings('settings'),
      empty: NothingOfMine,
    },
    {
      id: 'admin',
      path: '/admin',
      icon: Landmark,
      label: () => directoryStrings('admin'),
      badge: waiting,
      badgeWords: (n) => accountStrings('waitingWords', { n }),
      badgeTone: 'red',
      shown: () => isAuditor() || isOfficer(),
      phone: false,
      empty: NothingOpen,
    },
  ],
  home: () => '/chats',
  redirect: (here) => placeFor(session.value, newcomer.value, here),
  closing: leaving,
  strips: [
    LineStrip,
    CallBackStrip,
    RemindedStrip,
    AnswerStrip,
    ReportedStrip,
    DecidedStrip,
    InvitationStrip,
    AddedStrip,
    LeftQuietlyStrip,
    UpdateStrip,
  ],
  overlays: [SearchSlot, Notices, RightsAsked, FormRefusedSlot, CallSlot],
  unread: unreadChats,
  icon: iconBadge,
  settled,
  self,
  start: () => {
    keepRightsAwake();
    void begin();
  },
};
