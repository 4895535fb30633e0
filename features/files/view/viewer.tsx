import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { ChevronLeft, ChevronRight, Download, Forward, ImageOff, MessageSquareText, X, ZoomIn, ZoomOut } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { formatDateTime, formatTime, sameDay } from '../../../web/format.ts';
import { useLayer } from '../../../web/layer.ts';
import { displayName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import { IconButton } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Spinner } from '../../../web/ui/progress.tsx';
import { useModal } from '../../../web/ui/sheet.tsx';
import { isTouch } from '../../../web/viewport.ts';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { Message } from '../../messages/protocol.ts';
import { HandlingTag } from '../../reports/view/handling.tsx';
import { ForwardDialog } from '../../messages/view/forward.tsx';
import type { LogPlace } from '../../messages/view/place.ts';
import type { Entry } from '../protocol/keeping.ts';
import { filePath, savePath } from '../rules.ts';
import { isPicture } from '../rules/layout.ts';
import { files } from '../state.ts';
import { hush } from '../state/playing.ts';
import { isNewer, ShelfList } from '../state/shelf.ts';
import { strings } from '../strings.ts';
import { KindTile, aboutFile } from './document.tsx';
import { useZoom } from './zoom.ts';
import './viewer.css';

/** So near to an end of what is here, more is asked for. */
const NEAR = 4;

interface ChatViewerProps {
  group: string;
  first: Entry;
  onClose: () => void;
  /** The log it lies over: its lines are known, and show who may pass on. */
  place?: LogPlace;
  /** What is known already of the photos and films of the chat, newest first. */
  list?: ShelfList;
}

/** All photos and films of a chat, one at a time, begun at one of them; a document’s first page by itself. */
export function ChatViewer({ group, first, onClose, place, list: given }: ChatViewerProps) {
  const groups = useGroups();
  const messages = groups?.chats.messages;
  const [forwarded, setForwarded] = useState<Entry | undefined>(undefined);
  const alone = !isPicture(first.file!);
  const list = useMemo(() => given ?? listFrom(group, first, alone, place), []);
  const [at, setAt] = useState<Pick<Entry, 'seq' | 'place'>>(first);
  const entries = alone ? [first] : list.entries.value;
  let index = entries.findIndex((it) => it.seq === at.seq && it.place === at.place);
  // It was recalled while it was looked at: what comes next is shown.
  if (index < 0)
    index = Math.max(
      0,
      entries.findIndex((it) => isNewer(at, it)),
    );
  const entry = entries[index];
  const online = connection().state.value === 'online';

  useEffect(() => {
    if (alone || !online) return;
    if (index >= entries.length - NEAR) void list.older();
    if (index < NEAR) void list.newer();
  }, [index, entries.length, online, alone]);
  // A recalled message takes its pictures along.
  useEffect(
    () =>
      connection().listen({
        event: (frame) => {
          if (frame.on === 'message.recalled') list.forget((frame.with as { id: string }).id);
        },
      }),
    [list],
  );
  const gone = entry === undefined;
  useEffect(() => {
    if (gone) onClose();
  }, [gone]);
  if (!entry?.file) return null;
  const go = (by: 1 | -1): void => {
    const next = entries[index - by];
    if (next) setAt({ seq: next.seq, place: next.place });
  };
  const who = list.people.value.get(entry.by ?? '')?.name ?? messages?.people.get(entry.by)?.name ?? '';
  const chats = groups?.chats;
  const mayForward = chats?.get(group)?.rights.includes('message.forward') === true;
  return (
    <>
      <Viewer
        entry={entry}
        who={displayName(who)}
        older={index < entries.length - 1 ? () => go(-1) : undefined}
        newer={index > 0 ? () => go(1) : undefined}
        near={[entries[index - 1], entries[index + 1]]}
        onShow={() => {
          navigate(`/chats/${group}`);
          void messages?.conversation(group).goTo(entry.seq);
        }}
        onForward={mayForward && !entry.file.handling ? () => setForwarded(entry) : undefined}
        onClose={onClose}
      />
      {forwarded && chats ? (
        <ForwardDialog
          lines={[lineOf(forwarded)]}
          place={{ group, messages: chats.messages, self: chats.account }}
          onClose={() => setForwarded(undefined)}
        />
      ) : null}
    </>
  );
}

/** The message an entry came with, as far as an entry tells: passed on is all of it. */
function lineOf({ message, seq, by, at, file }: Entry): Message {
  return { id: message, seq, ordinal: 0, kind: 'text', by, at, text: '', notice: null, files: file ? [file] : [] };
}

/** The pictures of the lines that are here, so that the first swipe waits for nothing. */
function listFrom(group: string, first: Entry, alone: boolean, place: LogPlace | undefined): ShelfList {
  const list = new ShelfList(connection(), group, 'media');
  if (alone) return list;
  const { lines, last } = place?.conversation.shown.peek() ?? { lines: [], last: false };
  const known = lines.flatMap((line): Entry[] =>
    (line.recalled ? [] : (line.files ?? [])).flatMap((file, at) =>
      isPicture(file) ? [{ seq: line.seq, place: at, message: line.id, by: line.by, at: line.at, file }] : [],
    ),
  );
  if (!known.some((it) => it.seq === first.seq && it.place === first.place)) known.push(first);
  list.begin(
    known.sort((a, b) => (isNewer(a, b) ? -1 : 1)),
    last,
  );
  return list;
}

interface ViewerProps {
  entry: Entry;
  who: string;
  older?: () => void;
  newer?: () => void;
  near: readonly (Entry | undefined)[];
  onShow: () => void;
  onForward: (() => void) | undefined;
  onClose: () => void;
}

/** One picture over everything, black in both themes. */
function Viewer({ entry, who, older, newer, near, onShow, onForward, onClose }: ViewerProps) {
  const file = entry.file!;
  const title = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useLayer(onClose);
  useModal(dialog, () => dialog.current?.querySelector<HTMLElement>('.viewer-stage') ?? null);
  useEffect(hush, []);
  const isPhoto = file.kind === 'photo';
  const zoom = useZoom({ enabled: isPhoto, onOlder: older, onNewer: newer, onDown: close, key: file.id });
  const time = sameDay(entry.at, Date.now()) ? formatTime(entry.at) : formatDateTime(entry.at);

  const keys = (event: KeyboardEvent): void => {
    // A film's own keys go through it.
    if (event.target instanceof HTMLVideoElement || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts: Readonly<Record<string, (() => void) | undefined>> = {
      ArrowLeft: older,
      ArrowRight: newer,
      '+': () => zoom.by(1.5),
      '=': () => zoom.by(1.5),
      '-': () => zoom.by(1 / 1.5),
      '0': zoom.reset,
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  // A swipe, and what does the same.
  const step = (way: 'older' | 'newer') => (
    <IconButton
      icon={way === 'older' ? ChevronLeft : ChevronRight}
      label={strings(way === 'older' ? 'previous' : 'next')}
      disabled={!(way === 'older' ? older : newer)}
      onPress={way === 'older' ? older : newer}
    />
  );

  return (
    <dialog
      ref={dialog}
      class="viewer"
      aria-labelledby={title}
      onKeyDown={keys}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClose={close}
    >
      <div class="viewer-bar">
        <IconButton icon={X} label={strings('closeViewer')} onPress={close} />
        <h2 id={title} class="viewer-title" aria-live="polite">
          <span class="unseen">{strings('viewer')}: </span>
          <span class="cut">{who || file.name}</span>
          <span class="viewer-time">{time}</span>
          <HandlingTag mark={file.handling} />
        </h2>
        <IconButton
          icon={MessageSquareText}
          label={strings('showInChat')}
          onPress={() => {
            close();
            onShow();
          }}
        />
        {onForward ? <IconButton icon={Forward} label={strings('forward')} onPress={onForward} /> : null}
        <a
          class="viewer-save"
          href={savePath(file.id)}
          download={file.name}
          aria-label={strings('save')}
          title={strings('save')}
        >
          <Icon of={Download} size={24} />
        </a>
      </div>
      <div
        class="viewer-stage"
        ref={zoom.stage}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- its arrow keys go from picture to picture
        tabIndex={0}
        role="group"
        aria-roledescription={strings('viewer')}
        aria-label={file.name}
        {...zoom.gestures}
      >
        {isPhoto ? (
          <Photo key={file.id} entry={entry} scaled={zoom.scaled} pictureRef={zoom.picture} />
        ) : file.kind === 'video' ? (
          <Film key={file.id} entry={entry} />
        ) : (
          <FirstPage key={file.id} entry={entry} />
        )}
      </div>
      {isTouch ? null : (
        <>
          {older ? <span class="viewer-step viewer-older">{step('older')}</span> : null}
          {newer ? <span class="viewer-step viewer-newer">{step('newer')}</span> : null}
        </>
      )}
      {isPhoto || (isTouch && (older || newer)) ? (
        <div class={`viewer-foot${isPhoto ? '' : ' viewer-foot-film'}`}>
          {isTouch ? step('older') : null}
          {isPhoto ? (
            <>
              <IconButton
                icon={ZoomOut}
                label={strings('smaller')}
                disabled={!zoom.scaled}
                onPress={() => zoom.by(1 / 1.5)}
              />
              <IconButton icon={ZoomIn} label={strings('larger')} onPress={() => zoom.by(1.5)} />
            </>
          ) : null}
          {isTouch ? step('newer') : null}
        </div>
      ) : null}
      {/* The neighbours are fetched before they are asked for, the small one that is shown first. */}
      {near.map((it) =>
        it?.file?.kind === 'photo' ? (
          <img key={it.file.id} class="viewer-ahead" src={filePath(it.file.id, 'screen')} alt="" aria-hidden="true" />
        ) : null,
      )}
    </dialog>
  );
}

interface PhotoProps {
  entry: Entry;
  scaled: boolean;
  pictureRef: { current: HTMLElement | null };
}

/** The thumbnail at once, the picture for a screen over it, the whole one when it is zoomed. */
function Photo({ entry, scaled, pictureRef }: PhotoProps) {
  const file = entry.file!;
  const [state, setState] = useState<'coming' | 'here' | 'failed'>('coming');
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    if (scaled) setWhole(true);
  }, [scaled]);
  const own = files.peek()?.uploads.it.peek()?.thumb(file.id);
  const { width = 1_600, height = 1_200 } = file;
  const online = connection().state.value === 'online';
  useEffect(() => {
    if (online && state === 'failed') setState('coming');
  }, [online]);
  return (
    <span
      class="viewer-picture"
      ref={pictureRef}
      style={{
        aspectRatio: `${width} / ${height}`,
        inlineSize: `min(100%, ${width}px, calc(var(--viewer-height) * ${width / height}))`,
      }}
    >
      {state === 'here' ? null : (
        <img class="viewer-layer" src={own ?? filePath(file.id, 'thumb')} alt="" aria-hidden="true" draggable={false} />
      )}
      {state === 'failed' ? (
        <span class="viewer-failed" role="alert">
          <Icon of={ImageOff} size={44} />
          {strings('notShown')}
        </span>
      ) : (
        <img
          class="viewer-layer"
          src={filePath(file.id, whole ? 'large' : 'screen')}
          alt={file.name}
          draggable={false}
          onLoad={() => setState('here')}
          onError={() => setState('failed')}
        />
      )}
      {state === 'coming' ? (
        <span class="viewer-waiting">
          <Spinner size={32} />
        </span>
      ) : null}
    </span>
  );
}

function Film({ entry }: { entry: Entry }) {
  const file = entry.file!;
  const [failed, setFailed] = useState(false);
  if (failed) {
    return (
      <span class="viewer-failed" role="alert">
        <Icon of={ImageOff} size={44} />
        {strings('notShown')}
      </span>
    );
  }
  return (
    // Films of a chat have no text track; their words stand in the message.
    // oxlint-disable-next-line jsx-a11y/media-has-caption
    <video
      class="viewer-film"
      src={filePath(file.id)}
      poster={file.preview ? filePath(file.id, 'screen') : undefined}
      controls
      playsInline
      autoPlay
      aria-label={file.name}
      onError={() => setFailed(true)}
    />
  );
}

/** A document as far as it can be looked at here. */
function FirstPage({ entry }: { entry: Entry }) {
  const file = entry.file!;
  return (
    <span class="viewer-document">
      {file.preview ? (
        <img class="viewer-page" src={filePath(file.id, 'screen')} alt={strings('firstPage', { name: file.name })} />
      ) : (
        <KindTile name={file.name} />
      )}
      <span class="viewer-name">
        <bdi>{file.name}</bdi>
      </span>
      <span class="viewer-about">{aboutFile(file)}</span>
    </span>
  );
}
