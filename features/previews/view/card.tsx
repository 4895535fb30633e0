import { useMemo } from 'preact/hooks';

import { linksIn } from '../../files/rules/links.ts';
import type { PartProps } from '../../messages/view/place.ts';
import { picturePath } from '../rules.ts';
import { previewOf } from '../state.ts';
import { strings } from '../strings.ts';
import './card.css';

export function Card({ line, place }: PartProps) {
  const link = useMemo(() => linksIn(line.text ?? '')[0], [line.text]);
  const preview = link ? previewOf(place.group, line.id, link) : null;
  if (!link || !preview) return null;
  const { id, title, description, site, picture } = preview;
  return (
    <a
      class="preview"
      href={link}
      target="_blank"
      rel="noopener noreferrer"
      tabIndex={-1}
      aria-label={strings('open', { site, title })}
    >
      {picture ? (
        <img class="preview-picture" src={picturePath(id)} alt="" width={72} height={72} loading="lazy" />
      ) : null}
      <span class="preview-words">
        <span class="preview-site cut">{site}</span>
        <span class="preview-title">{title}</span>
        {description ? <span class="preview-description">{description}</span> : null}
      </span>
    </a>
  );
}
