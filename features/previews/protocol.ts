import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { Id } from '../../protocol/shapes.ts';

export const PreviewShape = z.strictObject({
  id: Id,
  title: z.string(),
  description: z.string(),
  /** The name of the site, or its host. */
  site: z.string(),
  /** There is a picture of it, at `/previews/:id`. */
  picture: z.boolean(),
});
export type Preview = z.output<typeof PreviewShape>;

export const previewActions = actions({
  'preview.get': {
    summary:
      'What a page to which a message links says of itself; null where it says nothing. `off`: the agency has previews turned off, and nothing is fetched.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 40, perMinute: 60 },
    input: z.strictObject({ group: Id, message: Id, link: z.string().min(8).max(2_048) }),
    output: z.strictObject({ off: z.boolean(), preview: PreviewShape.nullable() }),
  },
});
