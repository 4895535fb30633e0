import {
  BookUser,
  Building2,
  FileUp,
  Landmark,
  LockKeyhole,
  Map as MapIcon,
  ScrollText,
  ShieldCheck,
  ShieldQuestionMark,
  UserCheck,
  UsersRound,
} from 'lucide';
import { icons } from '../../../web/ui/meanings.ts';
import { here } from '../../../web/routing.ts';
import { Page } from '../../../web/ui/page.tsx';
import { SettingRow } from '../../../web/ui/rows.tsx';
import { isAdministrator, isAuditor, isOfficer } from '../../accounts/view/administrator.ts';
import { strings } from '../strings/admin.ts';
import { adminTitle } from './nothing.tsx';

/** Quản trị: what an administrator looks after. */
export function AdminScreen() {
  const { path } = here.value;
  const log = { icon: icons.auditLog, label: strings('audit'), href: '/admin/audit' };
  const recalled = { icon: LockKeyhole, label: strings('recalled'), href: '/admin/recalled' };
  const desk = { icon: ShieldCheck, label: strings('secrecy'), href: '/admin/secrecy' };
  const reported = { icon: ShieldQuestionMark, label: strings('reported'), href: '/admin/reports' };
  // An auditor looks after nothing and sees the log; a secrecy officer what concerns secrecy.
  if (isAdministrator() === false) {
    const theirs = [...(isOfficer() ? [desk, reported] : []), ...(isAuditor() ? [log, recalled] : [])];
    return (
      <Page look="root" title={adminTitle()}>
        {theirs.map((row) => (
          <SettingRow key={row.href} {...row} selected={path === row.href} />
        ))}
      </Page>
    );
  }
  const rows = [
    { icon: Building2, label: strings('units'), href: '/admin/units' },
    { icon: BookUser, label: strings('people'), href: '/directory' },
    { icon: FileUp, label: strings('import'), href: '/admin/import' },
    { icon: MapIcon, label: strings('areas'), href: '/admin/areas' },
    { icon: UsersRound, label: strings('groups'), href: '/admin/groups' },
    { icon: ScrollText, label: strings('regulations'), href: '/admin/regulations' },
    { icon: UserCheck, label: strings('requests'), href: '/admin/requests' },
    { icon: Landmark, label: strings('agency'), href: '/admin/agency' },
    desk,
    reported,
    log,
    recalled,
  ];
  return (
    <Page look="root" title={adminTitle()}>
      {rows.map((row) => (
        <SettingRow key={row.href} {...row} selected={path === row.href} />
      ))}
    </Page>
  );
}
