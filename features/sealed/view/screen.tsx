import { useEffect, useState } from 'preact/hooks';
import { LockKeyhole, LockKeyholeOpen } from 'lucide';

import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import { call, isUnreachable } from '../../../web/connection.ts';
import { formatDateTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { ReasonField } from '../../../web/ui/reason-field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { savePath } from '../../files/rules.ts';
import type { Original, Sealed } from '../protocol.ts';
import { REASON_LEAST, REASON_MOST } from '../rules.ts';
import { strings } from '../strings.ts';
import './sealed.css';

/** Quản trị → Tin đã thu hồi: what lies sealed, without its words; opening one takes a reason. */
export function SealedScreen() {
  const [list, setList] = useState<readonly Sealed[]>();
  const [more, setMore] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const [chosen, setChosen] = useState<Sealed>();

  async function load(last?: Sealed): Promise<void> {
    setTrouble(undefined);
    try {
      const before = last ? { at: last.recalledAt, message: last.message } : null;
      const page = await call('sealed.list', { before });
      setList((was) => (last && was ? [...was, ...page.messages] : page.messages));
      setMore(page.more);
    } catch (error) {
      setTrouble(error);
    }
  }
  useEffect(() => void load(), []);

  return (
    <Page title={strings('title')} subtitle={strings('subtitle')} lane="form">
      <p class="sealed-help">{strings('help')}</p>
      {trouble !== undefined ? (
        <Trouble error={trouble} onRetry={() => void load()} />
      ) : !list ? (
        <Skeleton kind="person" rows={6} />
      ) : list.length === 0 ? (
        <EmptyState icon={LockKeyhole} title={strings('empty')} />
      ) : (
        <>
          <ul class="sealed-list">
            {list.map((it) => (
              <li key={it.message} class="sealed-row">
                <div class="sealed-words">
                  <span class="sealed-group">
                    {groupName(it)}
                    {it.opened > 0 ? <Tag tone="gold">{strings('opened', { n: it.opened })}</Tag> : null}
                  </span>
                  <span>{strings('line', { sender: nameOf(it.sender), time: formatDateTime(it.sentAt) })}</span>
                  <span>
                    {strings('recalledBy', { who: nameOf(it.recalledBy), time: formatDateTime(it.recalledAt) })}
                  </span>
                </div>
                <Button look="outline" size="small" icon={LockKeyholeOpen} onPress={() => setChosen(it)}>
                  {strings('open')}
                </Button>
              </li>
            ))}
          </ul>
          {more ? (
            <div class="sealed-help">
              <Button look="text" onPress={() => void load(list.at(-1))}>
                {strings('more')}
              </Button>
            </div>
          ) : null}
        </>
      )}
      {chosen ? (
        <OpenSheet
          sealed={chosen}
          onOpened={() =>
            setList((was) => was?.map((it) => (it.message === chosen.message ? { ...it, opened: it.opened + 1 } : it)))
          }
          onClose={() => setChosen(undefined)}
        />
      ) : null}
    </Page>
  );
}

const nameOf = (person: { name: string } | null): string => (person ? displayName(person.name) : strings('somebody'));
const groupName = ({ group }: Sealed): string => (group.name === '' ? strings('pair') : displayName(group.name));

interface OpenProps {
  sealed: Sealed;
  onOpened: () => void;
  onClose: () => void;
}

/** Asks for the reason, then shows what was said; closed, nothing of it is left on this device. */
function OpenSheet({ sealed, onOpened, onClose }: OpenProps) {
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const [original, setOriginal] = useState<Original>();
  // One act, however often its answer is lost.
  const [act] = useState(() => newId());

  async function open(): Promise<void> {
    const words = reason.trim();
    if (Array.from(words).length < REASON_LEAST) return setError(strings('tooShort', { n: REASON_LEAST }));
    setBusy(true);
    setError(undefined);
    try {
      await call('message.unseal', { message: sealed.message, reason: words }, { id: act });
      setOriginal(await call('sealed.read', { message: sealed.message, act }));
      onOpened();
    } catch (why) {
      setError(refusalWords(why));
    }
    setBusy(false);
  }

  if (original) {
    return (
      <Sheet title={strings('original')} subtitle={groupName(sealed)} size="medium" onClose={onClose}>
        <p class="sealed-note">{strings('originalHelp')}</p>
        <ol class="sealed-versions">
          {original.versions.map((it, at) => (
            <li key={it.at} class="sealed-version">
              <p class="sealed-version-head">
                {original.versions.length > 1 ? `${strings('version', { n: at + 1 })} · ` : null}
                {nameOf(sealed.sender)} · {formatDateTime(it.at)}
              </p>
              <p class="sealed-text">{it.text || strings('noText')}</p>
            </li>
          ))}
        </ol>
        {original.files.length > 0 ? (
          <>
            <p class="sealed-version-head">{strings('files')}</p>
            <ul class="sealed-files">
              {original.files.map((it) => (
                <li key={it.id}>
                  <a href={savePath(it.id)} download={it.name}>
                    {it.name}
                  </a>
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </Sheet>
    );
  }
  return (
    <Sheet
      title={strings('openTitle')}
      subtitle={strings('line', { sender: nameOf(sealed.sender), time: formatDateTime(sealed.sentAt) })}
      size="medium"
      onClose={onClose}
      foot={
        <Button look="danger" wide icon={LockKeyholeOpen} busy={busy} onPress={() => void open()}>
          {strings('open')}
        </Button>
      }
    >
      <p class="sealed-note">{strings('openText', { group: groupName(sealed), who: strings('you') })}</p>
      <ReasonField
        label={strings('reason')}
        help={strings('reasonHelp', { n: REASON_LEAST })}
        ready={[strings('reason1'), strings('reason2'), strings('reason3')]}
        readyLabel={strings('ready')}
        value={reason}
        onInput={(next) => {
          setReason(next);
          setError(undefined);
        }}
        most={REASON_MOST}
        required
      />
      {error ? (
        <p class="sealed-error" role="alert">
          {error}
        </p>
      ) : null}
    </Sheet>
  );
}

function refusalWords(error: unknown): string {
  if (isUnreachable(error)) return strings('offline');
  if (!(error instanceof Problem)) return strings('failed');
  if (error.code === 'message.seal_broken') return strings('broken');
  return strings(error.code === 'not_found' ? 'gone' : 'failed');
}
