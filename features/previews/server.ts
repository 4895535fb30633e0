import { isId } from '../../protocol/id.ts';
import { problem } from '../../protocol/problem.ts';
import { shortText } from '../../protocol/shapes.ts';
import type { Guard } from '../../server/guard.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House, Job, Route } from '../../server/house.ts';
import { drawSmall } from '../files/access.ts';
import { fetchApart } from './egress/run.ts';
import type { Answer } from './egress/run.ts';
import { previewActions } from './protocol.ts';
import type { Preview } from './protocol.ts';
import { DESCRIPTION_MOST, FAILED_HOURS, FRESH_DAYS, SITE_MOST, TITLE_MOST } from './rules.ts';
import { isLinkSeenBy, pictureSeenBy, previewOf, prunePreviews, savePreview } from './store.ts';
import type { PreviewRow } from './store.ts';

/** Fetched at once, and waiting for it; beyond them a message stands without its card. */
const AT_ONCE = 2;
const WAITING_MOST = 20;

export interface PreviewOptions {
  readonly guard: Guard;
  /** Tests have an internet of their own. */
  readonly fetch?: (link: string) => Promise<Answer | undefined>;
}

export function previewHandlers(
  house: House,
  { guard, fetch = fetchApart }: PreviewOptions,
): HandlersOf<typeof previewActions> {
  const coming = new Map<string, Promise<PreviewRow>>();
  const queue: (() => void)[] = [];
  let running = 0;

  /** One after the other, two at once; undefined where too many wait. */
  function turn(): Promise<void> | undefined {
    if (running < AT_ONCE) {
      running += 1;
      return Promise.resolve();
    }
    if (queue.length >= WAITING_MOST) return undefined;
    return new Promise((resolve) => queue.push(resolve));
  }

  function leave(): void {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  }

  async function fetched(link: string): Promise<PreviewRow> {
    try {
      // Who looked before the one before was done asks for it once more.
      const known = await previewOf(house.db, link);
      if (known && isFresh(known, house.now())) return known;
      const page = await fetch(link);
      const words = page && {
        title: line(page.title, TITLE_MOST),
        description: line(page.description, DESCRIPTION_MOST),
        site: line(page.site, SITE_MOST),
      };
      const refused = words ? await isRefused(words) : true;
      const kept = !words || refused ? { title: '', description: '', site: '' } : words;
      const picture = page?.picture && kept.title !== '' ? page.picture : undefined;
      const drawn = picture && (await drawnOf(picture));
      return await savePreview(house.db, link, { ...kept, picture: drawn ?? null }, house.now());
    } finally {
      leave();
    }
  }

  async function drawnOf({ extension, bytes: base64 }: NonNullable<Answer['picture']>): Promise<Buffer | undefined> {
    const bytes = Buffer.from(base64, 'base64');
    const drawn = await drawSmall(extension, bytes);
    if (!drawn) return undefined;
    try {
      await guard.file({
        account: null,
        channel: 'preview.get',
        name: `picture.${extension}`,
        type: 'image/*',
        bytes: bytes.length,
        async *read() {
          yield bytes;
        },
      });
      return drawn;
    } catch {
      return undefined;
    }
  }

  /** What comes from outside passes the same door as what people write. */
  async function isRefused(words: Readonly<Record<string, string>>): Promise<boolean> {
    try {
      const caller = { door: 'program', address: '127.0.0.1', device: 'preview' } as const;
      await guard.text({
        name: 'preview.get',
        spec: previewActions['preview.get'],
        input: words,
        caller,
        standing: undefined,
      });
      return false;
    } catch {
      return true;
    }
  }

  return handlers(previewActions, {
    'preview.get': async ({ actor, db, now }, { group, message, link }) => {
      if (!house.config.linkPreviews) return { off: true, preview: null };
      if (!(await isLinkSeenBy(db, { group, account: actor.account, message, link }))) throw problem('not_found');
      const known = await previewOf(db, link);
      if (known && isFresh(known, now)) return { off: false, preview: shown(known) };
      let under = coming.get(link);
      if (!under) {
        const free = turn();
        // What is known, though old, is better than nothing.
        if (!free) return { off: false, preview: known ? shown(known) : null };
        under = free.then(() => fetched(link)).finally(() => coming.delete(link));
        coming.set(link, under);
      }
      return { off: false, preview: shown(await under) };
    },
  });
}

function isFresh({ at, title }: PreviewRow, now: Date): boolean {
  return now.getTime() - at.getTime() < (title === '' ? FAILED_HOURS * 3_600_000 : FRESH_DAYS * 86_400_000);
}

function shown({ id, title, description, site, picture }: PreviewRow): Preview | null {
  return title === '' ? null : { id, title, description, site, picture };
}

/** Of a stranger’s text what fits into a line; nothing of what hides in it. */
function line(text: string, most: number): string {
  // oxlint-disable-next-line no-control-regex -- naming control characters is the point
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ').toWellFormed();
  const cut = Array.from(plain.normalize('NFC').replace(/\s+/g, ' ').trim()).slice(0, most).join('');
  return shortText(most, 0).safeParse(cut).data ?? '';
}

export function previewRoutes(house: House): Route[] {
  return [
    {
      path: '/previews/:id',
      who: 'account',
      rate: { name: 'previews', burst: 200, perMinute: 300 },
      async get({ id }, actor) {
        const bytes = isId(id) && actor ? await pictureSeenBy(house.db, id, actor.account) : undefined;
        if (!bytes) throw problem('not_found');
        return {
          status: 200,
          headers: {
            'content-type': bytes[0] === 0xff ? 'image/jpeg' : 'image/webp',
            'content-disposition': 'inline',
            'content-security-policy': "default-src 'none'; sandbox",
          },
          body: bytes,
        };
      },
    },
  ];
}

export function previewJob(house: House): Job {
  return {
    name: 'prune previews',
    everySeconds: 600,
    async run() {
      const before = new Date(house.now().getTime() - 2 * FRESH_DAYS * 86_400_000);
      for (let round = 0; round < 20; round += 1) if ((await prunePreviews(house.db, before, 1_000)) < 1_000) break;
    },
  };
}
