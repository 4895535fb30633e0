import { useEffect, useState } from 'preact/hooks';
import { ImageOff, Play, ShieldCheck, X } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { formatClock, formatPercent, formatTime } from '../../../web/format.ts';
import { later } from '../../../web/later.ts';
import { IconButton } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { ProgressBar } from '../../../web/ui/progress.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Message } from '../../messages/protocol.ts';
import type { LogPlace, PartProps } from '../../messages/view/place.ts';
import { writerOf } from '../../messages/view/said.ts';
import type { File } from '../protocol.ts';
import { filePath } from '../rules.ts';
import { boxOf, isPicture, SHOWN_MOST } from '../rules/layout.ts';
import { files } from '../state.ts';
import type { Voice } from '../state/playing.ts';
import type { Upload } from '../state/upload.ts';
import type { Uploads } from '../state/uploads.ts';
import { strings } from '../strings.ts';
import { DocumentTile, KindTile } from './document.tsx';
import { refusalWords } from './refusal.ts';
import { VoicePlayer } from './voice.tsx';
import './shown.css';

const viewer = later(() => import('./viewer.tsx'));

/** Opens the viewer over the log at one of a message's files. */
export function openViewer(line: Message, file: File, place: LogPlace): void {
  void viewer.fetch().then(() => {
    const parts = viewer.it.peek();
    if (!parts) return showToast({ words: strings('notShown'), icon: null });
    place.lay((close) => (
      <parts.ChatViewer
        group={place.group}
        first={{
          seq: line.seq,
          place: line.files?.indexOf(file) ?? 0,
          message: line.id,
          by: line.by,
          at: line.at,
          file,
        }}
        place={place}
        onClose={close}
      />
    ));
  });
}

/** “Ảnh của Siu H’Nga, 13:58”, or the words written with it. */
export function pictureWords(file: File, line: Pick<Message, 'by' | 'at' | 'text'>, who: string, own: boolean): string {
  const caption = line.text?.trim();
  if (caption) return caption;
  const time = formatTime(line.at);
  if (file.kind === 'photo') return own ? strings('photoOwn', { time }) : strings('photoBy', { who, time });
  const long = formatClock(Math.round(file.seconds ?? 0));
  return own ? strings('videoOwn', { time, long }) : strings('videoBy', { who, time, long });
}

/** The photos and films of a message. */
export function Mosaic({ line, place, own }: PartProps) {
  const pictures = line.files!.filter(isPicture);
  const { width, ratio } = boxOf(pictures);
  const who = own ? '' : writerOf(line.by, place);
  const hidden = pictures.length - SHOWN_MOST;
  return (
    <div
      class={`mosaic mosaic-${Math.min(pictures.length, SHOWN_MOST)}`}
      style={{ inlineSize: `${width}rem`, aspectRatio: String(ratio) }}
    >
      {pictures.slice(0, SHOWN_MOST).map((file, at) => (
        <button
          key={file.id}
          type="button"
          class="mosaic-cell"
          tabIndex={-1}
          onClick={() => openViewer(line, file, place)}
        >
          <Picture file={file} alt={pictureWords(file, line, who, own)} large={pictures.length < 3 || at === 0} />
          {file.kind === 'video' ? <FilmMark seconds={file.seconds} /> : null}
          {at === SHOWN_MOST - 1 && hidden > 0 ? (
            <span class="mosaic-more">
              <span aria-hidden="true">+{hidden}</span>
              <span class="unseen">{strings('more', { n: hidden })}</span>
            </span>
          ) : null}
        </button>
      ))}
    </div>
  );
}

export function FilmMark({ seconds }: { seconds: number | undefined }) {
  return (
    <>
      <span class="film-play" aria-hidden="true">
        <Icon of={Play} size={24} />
      </span>
      {seconds === undefined ? null : (
        <span class="film-time" aria-hidden="true">
          {formatClock(Math.round(seconds))}
        </span>
      )}
    </>
  );
}

interface PictureProps {
  file: Pick<File, 'id' | 'kind' | 'preview' | 'width' | 'height'>;
  alt: string;
  /** Shown so large that the thumbnail alone would be blurred. */
  large?: boolean;
}

/** A picture of a file in a box that is there before it. What was sent from this device is shown from here. */
export function Picture({ file, alt, large }: PictureProps) {
  const own = files.value?.uploads.it.value?.thumb(file.id);
  const [failed, setFailed] = useState(false);
  const online = connection().state.value === 'online';
  // What did not come is asked for again when the line is back.
  useEffect(() => {
    if (online) setFailed(false);
  }, [online]);
  if (file.kind !== 'photo' && !file.preview && !own)
    return <span class="picture picture-none" role="img" aria-label={alt} />;
  if (failed) {
    return (
      <span class="picture picture-none" role="img" aria-label={alt}>
        <Icon of={ImageOff} size={24} />
      </span>
    );
  }
  const wide = file.width && file.height ? file.width / file.height : 1;
  const thumb = Math.round(320 * Math.min(1, wide));
  const screen = Math.round(1_600 * Math.min(1, wide));
  return (
    <img
      class="picture"
      src={own ?? filePath(file.id, 'thumb')}
      srcset={
        own || !large || isNarrow()
          ? undefined
          : `${filePath(file.id, 'thumb')} ${thumb}w, ${filePath(file.id, 'screen')} ${screen}w`
      }
      sizes={large ? '20rem' : undefined}
      alt={alt}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setFailed(true)}
    />
  );
}

/** A line on which a sharper picture is not worth its bytes. */
function isNarrow(): boolean {
  const { connection: line } = navigator as { connection?: { saveData?: boolean; effectiveType?: string } };
  return line?.saveData === true || /2g|3g/.test(line?.effectiveType ?? '');
}

/** Documents and voice messages of a message. */
export function DocumentList({ line, place }: PartProps) {
  return (
    <div class="documents">
      {line.files!.map((file) =>
        isPicture(file) ? null : file.kind === 'voice' ? (
          <VoicePlayer key={file.id} file={file} next={() => nextVoice(line, place)} tabIndex={-1} />
        ) : (
          <DocumentTile
            key={file.id}
            file={file}
            tabIndex={-1}
            onOpen={file.preview ? () => openViewer(line, file, place) : undefined}
          />
        ),
      )}
    </div>
  );
}

/** The voice message that follows one in the lines that are here. */
function nextVoice(line: Message, place: LogPlace): Voice | undefined {
  const { lines } = place.conversation.shown.peek();
  const following = lines.find((it) => it.seq > line.seq && it.files?.some((file) => file.kind === 'voice'));
  const file = following?.files?.find((it) => it.kind === 'voice');
  return following && file && { file, next: () => nextVoice(following, place) };
}

// ——— On their way

/** What waits for its files, as this device knows them: by its own ids, or by the server's where they are there already. */
function waitingFiles({ pending, line }: PartProps): {
  uploads: Uploads | undefined;
  list: readonly (Upload | File)[];
} {
  const uploads = files.value?.uploads.it.value;
  const list = (pending?.form.files ?? []).flatMap((id): (Upload | File)[] => {
    const it = uploads?.find(id) ?? line.files?.find((one) => one.id === id);
    return it ? [it] : [];
  });
  return { uploads, list };
}

export function PendingPictures(props: PartProps) {
  const { uploads, list } = waitingFiles(props);
  useEffect(() => void files.value?.uploads.fetch(), []);
  const pictures = list.filter(isPicture);
  if (pictures.length === 0) return null;
  const { width, ratio } = boxOf(pictures);
  const hidden = pictures.length - SHOWN_MOST;
  return (
    <div
      class={`mosaic mosaic-${Math.min(pictures.length, SHOWN_MOST)}`}
      style={{ inlineSize: `${width}rem`, aspectRatio: String(ratio) }}
    >
      {pictures.slice(0, SHOWN_MOST).map((it, at) => {
        const thumb = uploads?.thumb(it.id);
        return (
          <span key={it.id} class="mosaic-cell">
            {thumb ? (
              <img class="picture" src={thumb} alt={it.name} decoding="async" draggable={false} />
            ) : (
              <span class="picture picture-none" role="img" aria-label={it.name} />
            )}
            {it.kind === 'video' ? <FilmMark seconds={it.seconds} /> : null}
            {at === SHOWN_MOST - 1 && hidden > 0 ? <span class="mosaic-more">+{hidden}</span> : null}
          </span>
        );
      })}
    </div>
  );
}

export function PendingDocuments(props: PartProps) {
  const { pending } = props;
  const { uploads, list } = waitingFiles(props);
  if (!pending) return null;
  // What is refused is named below, with its reason.
  const documents = list.filter((it) => !isPicture(it) && !('state' in it && it.state === 'refused'));
  return (
    <>
      {documents.length > 0 ? (
        <div class="documents">
          {documents.map((it) =>
            it.kind === 'voice' ? <OwnVoice key={it.id} it={it} /> : <OwnDocument key={it.id} it={it} />,
          )}
        </div>
      ) : null}
      {uploads ? <Progress message={pending.id} uploads={uploads} refused={pending.state === 'refused'} /> : null}
    </>
  );
}

function OwnDocument({ it }: { it: Upload | File }) {
  return <DocumentTile file={it} after={<span class="document-no-save" />} />;
}

function OwnVoice({ it }: { it: Upload | File }) {
  const [blob, setBlob] = useState<Blob | undefined>(undefined);
  useEffect(() => {
    let here = true;
    void files
      .peek()
      ?.uploads.it.peek()
      ?.bytes(it.id)
      .then((found) => here && setBlob(found));
    return () => {
      here = false;
    };
  }, [it.id]);
  return <VoicePlayer file={it} blob={blob} tabIndex={-1} />;
}

/** How far a message's files have come; each can be taken back until it goes. */
function Progress({ message, uploads, refused }: { message: string; uploads: Uploads; refused: boolean }) {
  const list = uploads.of(message);
  if (list.length === 0) return null;
  const bad = list.filter((it) => it.state === 'refused');
  if (refused || bad.length > 0)
    return <Refused message={message} uploads={uploads} bad={bad} many={list.length > 1} />;
  const full = list.find((it) => it.trouble?.code === 'server.storage_full');
  const share = uploads.share(message);
  const waits = list.some((it) => it.state === 'uploading' || it.state === 'waiting');
  const begun = list.some((it) => it.state !== 'waiting' || it.offset > 0);
  return (
    <div class="upload">
      {waits ? (
        <>
          <ProgressBar value={share} max={1} label={strings('progress')} />
          <span class="upload-words">
            {begun ? strings('uploading', { percent: formatPercent(Math.min(share, 0.99)) }) : strings('queued')}
          </span>
          <IconButton
            icon={X}
            size={20}
            label={strings('cancel', {
              name: list.length === 1 ? list[0]!.name : strings('total', { n: list.length, size: '' }),
            })}
            tabIndex={-1}
            onPress={() => files.peek()?.device.outbox.remove(message)}
          />
        </>
      ) : (
        <span class="upload-words">
          <Icon of={ShieldCheck} size={16} />
          {strings('checking')}
        </span>
      )}
      {full ? (
        <p class="upload-loose" role="status">
          {refusalWords(full.trouble, full.name)}
        </p>
      ) : null}
      {list.some((it) => it.loose) ? <p class="upload-loose">{strings('loose')}</p> : null}
    </div>
  );
}

interface RefusedProps {
  message: string;
  uploads: Uploads;
  bad: readonly Upload[];
  many: boolean;
}

/** Which files do not go and why; the rest can go without them. The card of the secrecy guard stands here too. */
function Refused({ message, uploads, bad, many }: RefusedProps) {
  return (
    <ul class="upload-refused">
      {bad.map((it) => (
        <li key={it.id}>
          <KindTile name={it.name} />
          <span class="upload-why">
            <strong>
              <bdi>{it.name}</bdi>
            </strong>
            {refusalWords(it.trouble, it.name)}
          </span>
          {many ? (
            <button type="button" class="upload-without" tabIndex={-1} onClick={() => uploads.leaveOut(message, it.id)}>
              {strings('without')}
            </button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
