import { MailOpen } from 'lucide';

import { here, navigate } from '../../../web/routing.ts';
import { Strip } from '../../../web/ui/strip.tsx';
import { invitations } from '../state.ts';
import { strings } from '../strings.ts';

const PATH = '/invitations';

/** That the person is invited somewhere, until it is answered. */
export function InvitationStrip() {
  const n = invitations.value?.list.value.length ?? 0;
  if (n === 0 || here.value.path === PATH) return null;
  return (
    <Strip tone="accent" icon={MailOpen} action={strings('look')} onAction={() => navigate(PATH)}>
      {strings('strip', { n })}
    </Strip>
  );
}
