import type { ComponentChildren } from 'preact';
import { Download } from 'lucide';

import { cutMiddle, formatClock, formatSize } from '../../../web/format.ts';
import { Icon } from '../../../web/ui/icon.tsx';
import { isPhone } from '../../../web/viewport.ts';
import { HandlingTag } from '../../reports/view/handling.tsx';
import type { File } from '../protocol.ts';
import { savePath } from '../rules.ts';
import { strings } from '../strings.ts';
import { kindOf } from './kinds.ts';

/** The coloured tile of a kind of file. */
export function KindTile({ name }: { name: string }) {
  const { short, colour } = kindOf(name);
  return (
    <span class={`kind-tile kind-${colour}`} aria-hidden="true">
      {short || strings('file')}
    </span>
  );
}

/** “PDF · 3 trang · 1,2 MB” */
export function aboutFile({ name, pages, seconds, bytes }: Pick<File, 'name' | 'pages' | 'seconds' | 'bytes'>): string {
  return [
    kindOf(name).full,
    pages === undefined ? '' : strings('pages', { n: pages }),
    seconds === undefined ? '' : formatClock(Math.round(seconds)),
    formatSize(bytes),
  ]
    .filter(Boolean)
    .join(' · ');
}

interface DocumentTileProps {
  file: Pick<File, 'id' | 'name' | 'bytes' | 'pages' | 'seconds' | 'handling'>;
  /** Shows its first page. */
  onOpen?: () => void;
  /** Instead of what it is: how far it has come. */
  second?: ComponentChildren;
  /** Instead of the download. */
  after?: ComponentChildren;
  /** Letters of the name that have room. */
  most?: number;
  tabIndex?: number;
}

/** A file that is no picture: its kind, its name, how large it is; saved by a press. */
export function DocumentTile({
  file,
  onOpen,
  second,
  after,
  most = isPhone.value ? 22 : 26,
  tabIndex,
}: DocumentTileProps) {
  const inside = (
    <>
      <KindTile name={file.name} />
      <span class="document-words">
        {/* Read in full, and that it can be looked at; seen as far as there is room. */}
        <span class="unseen">{onOpen ? strings('open', { name: file.name }) : file.name}</span>
        <span class="document-name" title={file.name} aria-hidden="true">
          <bdi>{cutMiddle(file.name, most)}</bdi>
        </span>
        <span class="document-about">{second ?? aboutFile(file)}</span>
        <HandlingTag mark={file.handling} />
      </span>
    </>
  );
  return (
    <div class="document">
      {onOpen ? (
        <button type="button" class="document-open" tabIndex={tabIndex} onClick={onOpen}>
          {inside}
        </button>
      ) : (
        <span class="document-open">{inside}</span>
      )}
      {after ?? (
        <a
          class="document-save"
          href={savePath(file.id)}
          download={file.name}
          tabIndex={tabIndex}
          aria-label={strings('download', { name: file.name })}
          title={strings('save')}
        >
          <Icon of={Download} size={20} />
        </a>
      )}
    </div>
  );
}
