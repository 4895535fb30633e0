import { Check, Paperclip, StickyNote } from 'lucide';

import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { CardComing, CardFrame, CardGone } from '../../board/view/frame.tsx';
import { unmarked } from '../../messages/rules/markup.ts';
import { photoPath } from '../../photos/rules.ts';
import { askedOf } from '../rules.ts';
import { beginningOf } from '../rules/layout.ts';
import { strings } from '../strings.ts';
import { useSelf } from './use-self.ts';
import { useNotes } from './use-notes.ts';
import { useTold } from './use-told.ts';
import { whenWords } from './words.ts';
import '../notes.css';

export interface NoteCardProps {
  readonly group: string;
  readonly id: string;
  /** Known until the note itself is. */
  readonly title?: string | undefined;
  /** In the conversation. */
  readonly narrow?: boolean | undefined;
}

/** A note on the board and in the conversation: title, three lines, who wrote it, how many have read it. */
export function NoteCard({ group, id, title = '', narrow = false }: NoteCardProps) {
  const notes = useNotes();
  useTold(notes);
  const self = useSelf();
  const note = notes?.of(group, id);
  if (note === 'gone') return <CardGone narrow={narrow} />;
  if (!notes || !note) return <CardComing title={title} narrow={narrow} />;
  const by = note.edited?.by ?? note.maker;
  const when = whenWords(note.edited?.at ?? note.at);
  const asked = askedOf(self, note);
  const beginning = unmarked(beginningOf(note.text));
  return (
    <CardFrame
      title={note.title}
      kind={strings('note')}
      icon={StickyNote}
      href={`/chats/${group}/notes/${id}`}
      narrow={narrow}
      after={<Tag tone="soft">{strings('version', { n: note.version })}</Tag>}
      foot={
        <>
          <span class="note-by">
            <Avatar id={by.id} name={by.name} photo={photoPath(by.photo)} size={24} />
            <span class="cut">{displayName(by.name)}</span>
            <span class="nowrap">· {strings(note.edited ? 'edited' : 'made', { when })}</span>
          </span>
          {note.files > 0 ? (
            <span class="note-files-count">
              <Icon of={Paperclip} size={16} />
              {strings('files', { n: note.files })}
            </span>
          ) : null}
          {note.ask ? (
            <span class="note-read">
              <Icon of={Check} size={16} />
              <span aria-hidden="true">{strings('readOf', { n: note.ask.read, all: note.ask.of })}</span>
              <span class="unseen">{strings('readOfLong', { n: note.ask.read, all: note.ask.of })}</span>
            </span>
          ) : null}
        </>
      }
    >
      {beginning === '' ? null : <p class="note-beginning">{beginning}</p>}
      {asked === 'open' ? <p class="note-asked">{strings('unreadYet')}</p> : null}
      {notes.isWaiting(id) ? <p class="note-waiting">{strings('waitingEdit')}</p> : null}
    </CardFrame>
  );
}
