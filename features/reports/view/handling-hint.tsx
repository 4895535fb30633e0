import { useEffect } from 'preact/hooks';
import { TriangleAlert } from 'lucide';

import { fold } from '../../../protocol/fold.ts';
import { later } from '../../../web/later.ts';
import { Icon } from '../../../web/ui/icon.tsx';
import { strings } from '../strings/hint.ts';
import { markOf } from '../../messages/rules.ts';
import type { ComposerPlace } from '../../messages/view/composer/place.ts';

/** What tells a mark from its being talked about is the guard’s own; it comes with the first text that may bear one. */
const judge = later(async () => {
  const [{ compile }, { DEFAULT_RULES }] = await Promise.all([
    import('../../secrecy/rules/judge.ts'),
    import('../../secrecy/rules/ruleset.ts'),
  ]);
  return compile(DEFAULT_RULES);
});

const mayBear = (text: string): boolean => /noi bo|tra lai/.test(fold(text));

/** Before it is sent: “Tin này sẽ không chuyển tiếp được”. Nothing to press; the server has the last word. */
export function HandlingHint({ place: { composition } }: { place: ComposerPlace }) {
  const text = composition.text.value;
  const asked = mayBear(text);
  useEffect(() => {
    if (asked) void judge.fetch();
  }, [asked]);
  const files = composition.files.value.flatMap((it) => it.file ?? []);
  const mark = (asked ? judge.it.value?.text(text, { kind: 'chat' }).handling : undefined) ?? markOf({ files });
  if (!mark) return null;
  return (
    <p class="composer-mark" role="status">
      <Icon of={TriangleAlert} size={16} />
      {strings(mark)}
    </p>
  );
}
