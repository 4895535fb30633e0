import type { File } from '../../files/protocol.ts';
import { filePath } from '../../files/rules.ts';
import { isPicture } from '../../files/rules/layout.ts';
import { DocumentTile } from '../../files/view/document.tsx';
import { FilmMark, Picture } from '../../files/view/shown.tsx';
import { VoicePlayer } from '../../files/view/voice.tsx';
import { strings } from '../strings.ts';

/** What a note carries: photos and films to be opened large, everything else to be saved or heard. */
export function FileList({ files }: { files: readonly File[] }) {
  if (files.length === 0) return null;
  const pictures = files.filter(isPicture);
  return (
    <div class="note-files">
      {pictures.length > 0 ? (
        <ul class="note-pictures">
          {pictures.map((file) => (
            <li key={file.id}>
              <a
                class="note-picture"
                href={file.kind === 'photo' ? `${filePath(file.id)}/screen` : filePath(file.id)}
                target="_blank"
                rel="noopener noreferrer"
              >
                <Picture file={file} alt={strings('openPicture', { name: file.name })} large={pictures.length < 3} />
                {file.kind === 'video' ? <FilmMark seconds={file.seconds} /> : null}
              </a>
            </li>
          ))}
        </ul>
      ) : null}
      <div class="documents">
        {files.map((file) =>
          isPicture(file) ? null : file.kind === 'voice' ? (
            <VoicePlayer key={file.id} file={file} next={() => undefined} tabIndex={0} />
          ) : (
            <DocumentTile key={file.id} file={file} most={40} />
          ),
        )}
      </div>
    </div>
  );
}
