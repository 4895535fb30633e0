import { useEffect, useState } from 'preact/hooks';

import type { OutputOf } from '../../../protocol/action.ts';
import { call } from '../../../web/connection.ts';
import { formatDateTime } from '../../../web/format.ts';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Message } from '../protocol.ts';
import type { changingActions } from '../protocol/changing.ts';
import { strings } from '../strings/changing.ts';
import { Text } from './parts/text.tsx';
import type { LogPlace } from './place.ts';
import './versions.css';

type Version = OutputOf<(typeof changingActions)['message.versions']>['versions'][number];

/** Everything a message has said, what stands now first. Held in memory only while it is looked at. */
export function Versions({ line, place, onClose }: { line: Message; place: LogPlace; onClose: () => void }) {
  const { group, conversation } = place;
  const [versions, setVersions] = useState<readonly Version[]>();
  const [trouble, setTrouble] = useState<unknown>();
  // Edited once more, or recalled, while it is open.
  const now = conversation.shown.value.lines.find((it) => it.id === line.id) ?? line;
  const load = (): void => {
    setTrouble(undefined);
    call('message.versions', { group, message: line.id }).then((it) => setVersions(it.versions), setTrouble);
  };
  useEffect(() => {
    if (now.recalled) onClose();
    else load();
  }, [now.edited?.count, now.recalled]);

  return (
    <Sheet title={strings('versions')} size="medium" onClose={onClose}>
      <p class="versions-help">{strings('versionsHelp')}</p>
      {trouble !== undefined ? (
        <Trouble error={trouble} onRetry={load} />
      ) : !versions ? (
        <Skeleton kind="text" rows={3} />
      ) : (
        <ol class="versions" reversed>
          {versions.toReversed().map((it, at) => {
            const n = versions.length - at;
            return (
              <li key={n} class="version">
                <p class="version-head">
                  <span class="version-name">
                    {at === 0 ? strings('versionNow') : n === 1 ? strings('versionFirst') : strings('version', { n })}
                  </span>
                  <time dateTime={new Date(it.at).toISOString()}>{formatDateTime(it.at)}</time>
                </p>
                <div class="version-text">
                  <Text line={it} place={place} />
                </div>
              </li>
            );
          })}
        </ol>
      )}
    </Sheet>
  );
}
