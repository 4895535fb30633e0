import { useEffect, useState } from 'preact/hooks';

import { Problem } from '../../../protocol/problem.ts';
import { connection, isUnreachable } from '../../../web/connection.ts';
import { formatDateTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { LinkButton } from '../../../web/ui/button.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { Text } from '../../messages/view/parts/text.tsx';
import { FileList } from '../../notes/view/files.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { OutputOf } from '../../../protocol/action.ts';
import type { Pin, pinActions } from '../protocol.ts';
import { strings } from '../strings.ts';
import { isInChat } from './open.ts';
import { usePins } from './use-pins.ts';
import { kindWords } from './words.ts';
import '../pins.css';

type Whole = OutputOf<(typeof pinActions)['pin.get']>;

/** A pinned message with all it says, also for who may not read its place in the conversation. */
export function PinnedMessage({ group, pin, onClose }: { group: string; pin: Pin; onClose: () => void }) {
  const pins = usePins();
  const [whole, setWhole] = useState<Whole>();
  const [trouble, setTrouble] = useState<Problem>();
  const [tries, setTries] = useState(0);
  const online = connection().state.value === 'online';
  useEffect(() => {
    if (!pins || !online || whole) return;
    let here = true;
    setTrouble(undefined);
    pins.call('pin.get', { group, thing: pin.thing }).then(
      (found) => here && setWhole(found),
      (error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        if (here) setTrouble(error);
      },
    );
    return () => void (here = false);
  }, [pins, online, tries]);

  const { by } = pin;
  const name = displayName(by?.name ?? strings('someone'));
  return (
    <Sheet
      title={strings('wholeTitle')}
      onClose={onClose}
      foot={
        isInChat(group, pin) ? (
          <LinkButton href={`/chats/${group}?at=${pin.seq}`} look="outline">
            {strings('inChat')}
          </LinkButton>
        ) : undefined
      }
    >
      <div class="pin-whole">
        <div class="pin-by">
          <Avatar id={by?.id ?? ''} name={name} photo={photoPath(by?.photo)} size={40} />
          <div class="pin-by-words">
            <strong>{name}</strong>
            <span>{[by?.position, by?.unit].filter(Boolean).join(' · ')}</span>
            <span>
              {kindWords(pin)} · <time dateTime={new Date(pin.at).toISOString()}>{formatDateTime(pin.at)}</time>
            </span>
          </div>
        </div>
        {whole ? (
          <>
            {whole.message.text ? (
              <div class="pin-text">
                <Text line={whole.message} />
              </div>
            ) : null}
            <FileList files={whole.message.files ?? []} />
          </>
        ) : trouble && trouble.code === 'not_found' ? (
          <EmptyState title={strings('gone')} announce />
        ) : trouble && !isUnreachable(trouble) ? (
          <Trouble error={trouble} onRetry={() => setTries((n) => n + 1)} />
        ) : online ? (
          <Skeleton kind="text" />
        ) : (
          <>
            <p class="pin-text">{pin.text}</p>
            <p class="pin-note">{strings('offline')}</p>
          </>
        )}
      </div>
    </Sheet>
  );
}
