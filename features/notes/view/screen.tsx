import { useState } from 'preact/hooks';
import {
  Check,
  CheckCheck,
  History,
  MessageSquareText,
  Pencil,
  Pin,
  PinOff,
  StickyNote,
  Trash2,
  UsersRound,
} from 'lucide';

import { connection } from '../../../web/connection.ts';
import { displayName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { MenuButton } from '../../../web/ui/menu.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Strip } from '../../../web/ui/strip.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { useChats } from '../../chats/view/use-chats.ts';
import { photoPath } from '../../photos/rules.ts';
import { pin, unpin, usePinned } from '../../pins/view/act.ts';
import type { WholeNote } from '../protocol.ts';
import { askedOf, canEditNote, canGovernNote } from '../rules.ts';
import type { NoteActor } from '../rules.ts';
import type { Notes } from '../state.ts';
import { strings } from '../strings.ts';
import { FileList } from './files.tsx';
import { NoteForm } from './form.tsx';
import { NoteReaders } from './readers.tsx';
import { NoteWords } from './text.tsx';
import { useNotes } from './use-notes.ts';
import { useTold } from './use-told.ts';
import { useNoteActor } from './use-self.ts';
import { Versions } from './versions.tsx';
import { refusedWords, whenWords } from './words.ts';
import '../notes.css';

type Over = 'edit' | 'versions' | 'readers';

const MAY = { all: 'mayAll', leaders: 'mayLeaders', maker: 'mayMaker' } as const;

/** A note, read: all it says, who wrote it, and what may be done with it. */
export function NoteScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  const id = params['note'] ?? '';
  const notes = useNotes();
  useTold(notes);
  const self = useNoteActor(group);
  const chats = useChats();
  const name = displayName(chats?.get(group)?.name ?? '');
  const note = notes?.whole(group, id);
  const online = connection().state.value === 'online';
  const back = `/chats/${group}/board`;
  if (notes && note && note !== 'gone' && self)
    return <Open key={id} notes={notes} note={note} self={self} name={name} back={back} online={online} />;
  return (
    <Page title={strings('note')} subtitle={name} backTo={back} nested ground="bg" lane="text">
      {note === 'gone' || (chats?.known.value && !self) ? (
        <EmptyState icon={StickyNote} title={strings('goneTitle')} text={strings('gone')} />
      ) : online || !notes ? (
        <Skeleton kind="text" rows={6} />
      ) : (
        <EmptyState icon={StickyNote} title={strings('note')} text={strings('unknownHere')} />
      )}
    </Page>
  );
}

interface OpenProps {
  notes: Notes;
  note: WholeNote;
  self: NoteActor & { readonly rights: readonly string[] };
  name: string;
  back: string;
  online: boolean;
}

function Open({ notes, note, self, name, back, online }: OpenProps) {
  const { group, id, ask } = note;
  const [over, setOver] = useState<Over>();
  const close = (): void => setOver(undefined);
  const mayEdit = canEditNote(self, note);
  const mayGovern = canGovernNote(self, note);
  const asked = askedOf(self.account, note);
  const mayList =
    ask !== undefined &&
    (note.maker.id === self.account || ask.by === self.account || self.rights.includes('message.readers'));
  const draft = notes.drafts.has(group, id);
  const waiting = notes.isWaiting(id);
  const pinned = usePinned(group, 'note', id);
  const mayPin = self.state === 'open' && self.rights.includes('message.pin');

  async function remove(): Promise<void> {
    const sure = await confirm({
      title: strings('removeTitle'),
      text: strings('removeText'),
      yes: strings('removeYes'),
      danger: true,
    });
    if (!sure) return;
    try {
      await notes.remove(group, id);
      showToast({ words: strings('removed'), icon: Trash2 });
      navigate(back, { replace: true });
    } catch (error) {
      showToast({ words: refusedWords(error), icon: null });
    }
  }

  function acknowledge(): void {
    try {
      notes.acknowledge(note);
    } catch (error) {
      showToast({ words: refusedWords(error), icon: null });
    }
  }

  return (
    <Page
      title={strings('note')}
      subtitle={name}
      windowTitle={note.title}
      backTo={back}
      nested
      ground="bg"
      lane="text"
      actions={
        <>
          {mayEdit ? <IconButton icon={Pencil} label={strings('edit')} onPress={() => setOver('edit')} /> : null}
          <MenuButton
            label={strings('more')}
            items={() => [
              mayEdit && { label: strings('editNow'), icon: Pencil, onSelect: () => setOver('edit') },
              { label: strings('versions'), icon: History, onSelect: () => setOver('versions') },
              mayList && { label: strings('readers'), icon: UsersRound, onSelect: () => setOver('readers') },
              mayPin &&
                (pinned
                  ? { label: strings('unpin'), icon: PinOff, onSelect: () => unpin(group, id) }
                  : {
                      label: strings('pin'),
                      icon: Pin,
                      onSelect: () =>
                        pin(group, {
                          thing: id,
                          kind: 'note',
                          seq: note.seq,
                          by: note.maker,
                          at: note.at,
                          text: note.title,
                        }),
                    }),
              {
                label: strings('inChat'),
                icon: MessageSquareText,
                onSelect: () => navigate(`/chats/${group}?at=${note.seq}`),
              },
              'line',
              mayGovern && { label: strings('remove'), icon: Trash2, tone: 'red', onSelect: () => void remove() },
            ]}
          />
        </>
      }
      foot={
        asked === 'open' && self.state === 'open' ? (
          <div class="note-acknowledge">
            <p>{strings(note.acknowledged === undefined ? 'acknowledgeAsk' : 'acknowledgedAgain')}</p>
            <Button icon={Check} onPress={acknowledge}>
              {strings('acknowledge')}
            </Button>
          </div>
        ) : undefined
      }
    >
      {draft && !waiting && mayEdit ? (
        <Strip tone="gold" icon={Pencil} action={strings('goOn')} onAction={() => setOver('edit')}>
          {strings('draftThere')}
        </Strip>
      ) : online ? null : (
        <Strip>{strings('asOf')}</Strip>
      )}
      <article class="note">
        <header class="note-head">
          <h2 class="note-title">{note.title}</h2>
          <div class="note-tags">
            <button type="button" class="note-version-tag" onClick={() => setOver('versions')}>
              <Tag tone="soft">{strings('versionLong', { n: note.version })}</Tag>
              <span class="unseen">, {strings('versions')}</span>
            </button>
            {ask ? (
              mayList ? (
                <button type="button" class="note-read note-read-press" onClick={() => setOver('readers')}>
                  <ReadCount read={ask.read} of={ask.of} />
                </button>
              ) : (
                <span class="note-read">
                  <ReadCount read={ask.read} of={ask.of} />
                </span>
              )
            ) : null}
          </div>
          <p class="note-makers">
            <Avatar id={note.maker.id} name={note.maker.name} photo={photoPath(note.maker.photo)} size={32} />
            <span class="note-makers-words">
              <span>
                {displayName(note.maker.name)} · {strings('made', { when: whenWords(note.at) })}
              </span>
              <span class="note-second">
                {note.edited
                  ? `${strings('editedBy', { who: displayName(note.edited.by.name), when: whenWords(note.edited.at) })} · `
                  : ''}
                {strings(MAY[note.editors])}
              </span>
            </span>
          </p>
        </header>
        {note.text.trim() === '' && note.carries.length === 0 ? (
          <p class="note-empty">{strings('empty')}</p>
        ) : (
          <NoteWords text={note.text} />
        )}
        <FileList files={note.carries} />
        {asked === 'done' ? (
          <p class="note-done">
            <Icon of={CheckCheck} size={20} />
            {strings('acknowledged')}
          </p>
        ) : null}
        {waiting ? <p class="note-waiting">{strings('waitingEdit')}</p> : null}
      </article>
      {over === 'edit' ? <NoteForm group={group} note={note} onClose={close} /> : null}
      {over === 'versions' ? <Versions notes={notes} note={note} mayEdit={mayEdit} onClose={close} /> : null}
      {over === 'readers' ? <NoteReaders notes={notes} note={note} onClose={close} /> : null}
    </Page>
  );
}

function ReadCount({ read, of }: { read: number; of: number }) {
  return (
    <>
      <Icon of={Check} size={16} />
      <span aria-hidden="true">{strings('readOf', { n: read, all: of })}</span>
      <span class="unseen">{strings('readOfLong', { n: read, all: of })}</span>
    </>
  );
}
