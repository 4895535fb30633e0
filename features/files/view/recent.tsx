import { useEffect, useState } from 'preact/hooks';
import { Archive } from 'lucide';

import { Problem } from '../../../protocol/problem.ts';
import { connection } from '../../../web/connection.ts';
import { displayName } from '../../../web/names.ts';
import { Link } from '../../../web/ui/button.tsx';
import { Section, SettingRow } from '../../../web/ui/rows.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { Entry } from '../protocol/keeping.ts';
import { strings } from '../strings.ts';
import { strings as said } from '../strings/said.ts';
import { FilmMark, Picture, pictureWords } from './shown.tsx';
import { ChatViewer } from './viewer.tsx';
import './store.css';

const SHOWN = 3;

/** In Tùy chọn: the way to the media store, and the newest pictures where there are some. */
export function MediaSection({ group }: { group: string }) {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [opened, setOpened] = useState<Entry | undefined>(undefined);
  const people = useGroups()?.chats.messages.people;
  const online = connection().state.value === 'online';
  const path = `/chats/${group}/media`;
  useEffect(() => {
    if (!online) return;
    let here = true;
    connection()
      .call('file.list', { group, shelf: 'media', limit: SHOWN })
      .then(
        (it) => {
          if (!here) return;
          setEntries(it.entries);
        },
        (error: unknown) => {
          // The row alone leads there too.
          if (!(error instanceof Problem)) throw error;
        },
      );
    return () => {
      here = false;
    };
  }, [group, online]);
  if (entries.length === 0) {
    return (
      <Section>
        <SettingRow icon={Archive} label={said('archive')} href={path} />
      </Section>
    );
  }
  return (
    <Section
      title={strings('recent')}
      action={
        <Link href={path} class="options-see">
          {said('archive')}
        </Link>
      }
    >
      <div class="recent-media">
        {entries.map((it) => (
          <button key={`${it.seq} ${it.place}`} type="button" class="store-tile" onClick={() => setOpened(it)}>
            <Picture
              file={it.file!}
              alt={pictureWords(
                it.file!,
                { by: it.by, at: it.at, text: null },
                displayName(people?.get(it.by)?.name ?? ''),
                false,
              )}
            />
            {it.file!.kind === 'video' ? <FilmMark seconds={it.file!.seconds} /> : null}
          </button>
        ))}
      </div>
      {opened ? <ChatViewer group={group} first={opened} onClose={() => setOpened(undefined)} /> : null}
    </Section>
  );
}
