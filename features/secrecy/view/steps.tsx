import { useEffect, useState } from 'preact/hooks';
import { Phone, ShieldX } from 'lucide';

import { call } from '../../../web/connection.ts';
import { formatPhone, formatTime, phoneLink } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { HelpCard } from '../../../web/ui/states.tsx';
import { photoPath } from '../../photos/rules.ts';
import { searchDevice } from '../../search/view/open.ts';
import type { Officer } from '../protocol.ts';
import { strings } from '../strings/sender.ts';
import { titleOf } from './what.ts';
import type { What } from './what.ts';
import './guard.css';

interface Contacts {
  readonly officers: readonly Officer[];
  readonly procedure: string;
}

const KEPT = 'secrecy contacts';

/** Whom to tell, and how; what was last heard of it where there is no line. */
function useContacts(): Contacts | 'missing' | undefined {
  const [found, setFound] = useState<Contacts | 'missing'>();
  const cache = searchDevice.value?.cache;
  useEffect(() => {
    let here = true;
    let heard = false;
    void cache?.get<Contacts>('meta', KEPT).then((it) => it && here && !heard && setFound(it));
    call('secrecy.contacts', {}).then(
      (it) => {
        heard = true;
        cache?.put('meta', KEPT, it);
        if (here) setFound(it);
      },
      () => here && setFound((was) => was ?? 'missing'),
    );
    return () => {
      here = false;
    };
  }, [cache]);
  return found;
}

interface StepsProps {
  what: What;
  code: string;
  at: number;
  onAppeal?: () => void;
  onClose: () => void;
}

/** Việc cần làm: what happened, the law in one line, three steps, and whom to call. */
export function StepsSheet({ what, code, at, onAppeal, onClose }: StepsProps) {
  const contacts = useContacts();
  const file = what === 'file';
  const unchecked = code === 'secrecy.unchecked';
  return (
    <Sheet
      title={titleOf(what)}
      hideTitle
      onClose={onClose}
      class="guard-sheet"
      foot={
        <div class="guard-foot">
          {onAppeal ? (
            <Button look="outline" size="large" wide onPress={onAppeal}>
              {strings('appeal')}
            </Button>
          ) : null}
          <Button size="large" wide onPress={onClose}>
            {strings('understood')}
          </Button>
        </div>
      }
    >
      <div class="guard-head">
        <span class="guard-mark">
          <Icon of={ShieldX} size={24} />
        </span>
        <div>
          <p class="guard-head-title" aria-hidden="true">
            {titleOf(what)}
          </p>
          <p class="guard-head-second">{strings('guardAt', { time: formatTime(at) })}</p>
        </div>
      </div>
      <p class="guard-lead">{strings(unchecked ? 'sheetUnchecked' : file ? 'sheetFile' : 'sheetText')}</p>
      <p class="guard-law">{strings('law')}</p>
      <h3 class="guard-heading">{strings('steps')}</h3>
      <ol class="guard-steps">
        <li>{strings('step1')}</li>
        <li>{strings('step2')}</li>
        <li>{strings('step3')}</li>
      </ol>
      {contacts === undefined ? (
        <Skeleton kind="person" rows={1} />
      ) : contacts === 'missing' ? (
        <>
          <p class="guard-law" role="status">
            {strings('contactsMissing')}
          </p>
          <HelpCard />
        </>
      ) : (
        <>
          {contacts.officers.length === 0 ? (
            <>
              <p class="guard-law">{strings('noOfficers')}</p>
              <HelpCard />
            </>
          ) : (
            <ul class="guard-officers" aria-label={strings('officers')}>
              {contacts.officers.map((it) => (
                <li key={it.account} class="guard-officer">
                  <OfficerRow officer={it} />
                </li>
              ))}
            </ul>
          )}
          {contacts.procedure.trim() === '' ? null : (
            <>
              <h3 class="guard-heading">{strings('procedure')}</h3>
              <p class="guard-procedure">{contacts.procedure}</p>
            </>
          )}
        </>
      )}
    </Sheet>
  );
}

function OfficerRow({ officer }: { officer: Officer }) {
  const { account, photo, position, unit, phone } = officer;
  const name = displayName(officer.name);
  const second = [
    strings('officer'),
    phone === null ? [position, unit].filter(Boolean).join(' · ') : formatPhone(phone),
  ];
  return (
    <PersonRow
      id={account}
      name={name}
      photo={photoPath(photo)}
      second={second.filter(Boolean).join(' · ')}
      actions={
        phone === null ? undefined : (
          <IconButton
            icon={Phone}
            look="soft"
            href={phoneLink(phone)}
            label={strings('call', { name, phone: formatPhone(phone) })}
          />
        )
      }
    />
  );
}
