import { useEffect, useState } from 'preact/hooks';
import { CalendarSync, Copy, ExternalLink } from 'lucide';

import type { OutputOf } from '../../../protocol/action.ts';
import { Problem } from '../../../protocol/problem.ts';
import { connection, isUnreachable } from '../../../web/connection.ts';
import { formatDate, formatListTime } from '../../../web/format.ts';
import { Button, LinkButton } from '../../../web/ui/button.tsx';
import { SwitchRow } from '../../../web/ui/choice.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { copyText } from '../../../web/ui/gestures.ts';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { calendarActions } from '../protocol.ts';
import { feedPath } from '../rules.ts';
import { strings } from '../strings/feed.ts';

type Feed = OutputOf<(typeof calendarActions)['feed.get']>['feed'];

const SECRET_BYTES = 32;

/** 256 random bits, made here: so that the address stands in no answer the server keeps. */
function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** The secret address by which a calendar elsewhere fetches the person’s reminders. */
export function FeedSheet({ onClose }: { onClose: () => void }) {
  const line = connection();
  const [feed, setFeed] = useState<Feed | undefined>(undefined);
  const [trouble, setTrouble] = useState<Problem | undefined>(undefined);
  const [titles, setTitles] = useState(false);
  const [address, setAddress] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);

  const fetch = (): void => {
    setTrouble(undefined);
    line.call('feed.get', {}).then(
      ({ feed: found }) => {
        setFeed(found);
        if (found) setTitles(found.titles);
      },
      (error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        setTrouble(error);
      },
    );
  };
  useEffect(() => {
    fetch();
    // Another device may end it meanwhile.
    return line.listen({
      event: ({ on, with: body }) => {
        if (on !== 'feed.changed') return;
        const { feed: now } = body as { feed: { titles: boolean; madeAt: number } | null };
        setFeed(now && { ...now, usedAt: null });
        if (now) setTitles(now.titles);
      },
    });
  }, []);

  async function run(act: () => Promise<unknown>, done?: string): Promise<boolean> {
    setBusy(true);
    try {
      await act();
      if (done) showToast(done);
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (isUnreachable(error)) showToast({ words: strings('needsLine'), icon: null });
      else setTrouble(error);
      return false;
    } finally {
      setBusy(false);
    }
  }

  async function renew(): Promise<void> {
    const again = feed !== null;
    const sure =
      !again || (await confirm({ title: strings('renewTitle'), text: strings('renewText'), yes: strings('renew') }));
    if (!sure) return;
    const secret = newSecret();
    const done = again ? strings('wasRenewed') : undefined;
    if (await run(() => line.call('feed.renew', { secret, titles }), done)) {
      setFeed({ titles, madeAt: line.now(), usedAt: null });
      setAddress(location.origin + feedPath(secret));
    }
  }

  async function end(): Promise<void> {
    const sure = await confirm({
      title: strings('offTitle'),
      text: strings('offText'),
      yes: strings('off'),
      danger: true,
    });
    if (sure && (await run(() => line.call('feed.off', {}), strings('wasOff')))) {
      setFeed(null);
      setAddress(undefined);
    }
  }

  async function show(wanted: boolean): Promise<void> {
    setTitles(wanted);
    if (feed && !(await run(() => line.call('feed.show', { titles: wanted })))) setTitles(!wanted);
  }

  return (
    <Sheet title={strings('title')} onClose={onClose} size="medium">
      {trouble ? (
        <Trouble error={trouble} onRetry={fetch} />
      ) : feed === undefined ? (
        <Skeleton kind="setting" rows={4} />
      ) : (
        <div class="feed">
          <p>{strings('what')}</p>
          <SwitchRow
            class="feed-titles"
            label={strings('titles')}
            help={strings('titlesHelp')}
            checked={titles}
            disabled={busy}
            onChange={(wanted) => void show(wanted)}
          />
          {address ? (
            <div class="feed-address" role="group" aria-label={strings('address')}>
              <p role="status">{strings('once')}</p>
              <code class="feed-code" translate={false}>
                {address}
              </code>
              <div class="feed-acts">
                <Button
                  icon={Copy}
                  onPress={() => void copyText(address).then((ok) => ok && showToast(strings('copied')))}
                >
                  {strings('copy')}
                </Button>
                <LinkButton look="outline" icon={ExternalLink} href={address.replace(/^https?:/, 'webcal:')}>
                  {strings('openApp')}
                </LinkButton>
              </div>
            </div>
          ) : null}
          <p class="feed-warning">{strings('warning')}</p>
          {feed ? (
            <>
              <p class="feed-state">
                {strings('since', { time: formatDate(feed.madeAt) })} ·{' '}
                {feed.usedAt === null ? strings('unused') : strings('used', { time: formatListTime(feed.usedAt) })}
              </p>
              {address ? null : <p class="feed-state">{strings('lost')}</p>}
            </>
          ) : (
            <p class="feed-state">{strings('isOff')}</p>
          )}
          <div class="feed-acts">
            {feed ? (
              <>
                <Button look="outline" busy={busy} onPress={() => void renew()}>
                  {strings('renew')}
                </Button>
                <Button look="danger-outline" onPress={() => void end()}>
                  {strings('off')}
                </Button>
              </>
            ) : (
              <Button icon={CalendarSync} busy={busy} onPress={() => void renew()}>
                {strings('make')}
              </Button>
            )}
          </div>
        </div>
      )}
    </Sheet>
  );
}
