import { strings } from '../strings.ts';
import './skeleton.css';

interface SkeletonProps {
  rows?: number;
  /** The boxes of the rows that will come, so that nothing jumps. */
  kind?: 'chat' | 'person' | 'setting' | 'bubble' | 'text';
}

const widths = [62, 74, 48, 66, 55, 70, 44, 60];

/** Seen only after 200 ms, so a quick answer never flickers. Put it in a container with `aria-busy`, or use it alone. */
export function Skeleton({ rows = 8, kind = 'chat' }: SkeletonProps) {
  return (
    <div class={`skeleton skeleton-${kind}`} aria-busy="true">
      <span class="unseen" role="status">
        {strings('loading')}
      </span>
      {Array.from({ length: rows }, (_, i) => (
        <div
          class={`skeleton-row${kind === 'bubble' && i % 3 === 2 ? ' skeleton-own' : ''}`}
          key={i}
          aria-hidden="true"
        >
          {kind === 'chat' || kind === 'person' || kind === 'bubble' ? <span class="skeleton-face" /> : null}
          <span class="skeleton-lines">
            <span class="skeleton-line" style={{ inlineSize: `${widths[i % 8]}%` }} />
            {kind === 'setting' ? null : (
              <span class="skeleton-line skeleton-second" style={{ inlineSize: `${widths[(i + 3) % 8]}%` }} />
            )}
          </span>
        </div>
      ))}
    </div>
  );
}
