import { BookUser, Landmark, MessagesSquare } from 'lucide';

import { rememberedAccount } from '../web/device.ts';
import type { Shell } from '../web/routing.ts';
import { UpdateStrip } from '../web/update-strip.tsx';
import { strings as chatStrings } from './chats/strings.ts';
import { ConversationScreen } from './chats/view/conversation.tsx';
import { ChatList, NoChatOpen } from './chats/view/list.tsx';
import { LineStrip } from './chats/view/strip.tsx';
import { strings as adminStrings } from './directory/strings/admin.ts';
import { strings as directoryStrings } from './directory/strings/people.ts';
import { AdminScreen, NothingOpen } from './directory/view/admin.tsx';
import { DirectoryScreen, NobodyOpen } from './directory/view/directory.tsx';
import { PersonScreen } from './directory/view/person.tsx';
import { AreaPeopleScreen, UnitPeopleScreen } from './directory/view/place.tsx';
import { enter, unreadChats } from './states.ts';

// What the product shows, in the order of a tour: a feature puts its screens here and nothing else has to know it.
export const shell: Shell = {
  screens: [
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
      path: '/chats/:group/members',
      frame: 'info',
      tab: 'chats',
      beside: '/chats/:group',
      load: () => import('./members/view/list.tsx').then((it) => it.MembersScreen),
    },
    {
      path: '/groups/new',
      frame: 'detail',
      tab: 'chats',
      load: () => import('./groups/view/create.tsx').then((it) => it.NewGroupScreen),
    },
    { path: '/directory', frame: 'list', tab: 'directory', view: DirectoryScreen },
    { path: '/directory/people/:account', frame: 'detail', tab: 'directory', view: PersonScreen },
    { path: '/directory/units/:unit', frame: 'detail', tab: 'directory', view: UnitPeopleScreen },
    { path: '/directory/areas/:area', frame: 'detail', tab: 'directory', view: AreaPeopleScreen },
    { path: '/admin', frame: 'list', tab: 'admin', view: AdminScreen },
    {
      path: '/admin/import',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./directory/view/import.tsx').then((it) => it.ImportScreen),
    },
    {
      path: '/admin/units',
      frame: 'detail',
      tab: 'admin',
      load: () => import('./units/view/admin.tsx').then((it) => it.UnitsScreen),
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
      id: 'admin',
      path: '/admin',
      icon: Landmark,
      label: () => adminStrings('admin'),
      phone: false,
      empty: NothingOpen,
    },
  ],
  home: () => '/chats',
  strips: [LineStrip, UpdateStrip],
  overlays: [],
  unread: unreadChats,
  start: () => {
    // Who was signed in here last sees what this device knows at once; the server is asked afterwards.
    const account = rememberedAccount();
    if (account !== undefined) void enter(account);
  },
};
