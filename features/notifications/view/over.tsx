import { useState } from 'preact/hooks';
import { Bell, BellOff, X } from 'lucide';

import { Problem } from '../../../protocol/problem.ts';
import { displayName, shortName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button, IconButton, Link } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { Banner, Notifications } from '../state.ts';
import { strings } from '../strings.ts';
import { strings as bannerStrings } from '../strings/banner.ts';
import { HowToAllow } from './allow.tsx';
import '../notifications.css';

const URGENCY = ['red-soft', 'red-outline', 'red'] as const;

/** What stands over all screens while the app is open. */
export function OverScreens({ state }: { state: Notifications }) {
  const banners = state.banners.value;
  const urgent = banners.filter((it) => it.urgency > 0);
  const others = banners.filter((it) => it.urgency === 0);
  // Both regions are there before their words, so that these are announced.
  return (
    <div
      class="notices"
      onPointerEnter={() => state.hold(true)}
      onPointerLeave={() => state.hold(false)}
      onFocusIn={() => state.hold(true)}
      onFocusOut={() => state.hold(false)}
    >
      <div role="alert" aria-label={bannerStrings('urgentRegion')} class="notice-column">
        {urgent.map((it) => (
          <BannerCard key={it.group} state={state} banner={it} />
        ))}
      </div>
      <div role="status" aria-label={bannerStrings('region')} class="notice-column">
        {others.map((it) => (
          <BannerCard key={it.group} state={state} banner={it} />
        ))}
        {state.asking.value === 'no' ? null : <AskCard state={state} />}
      </div>
    </div>
  );
}

function BannerCard({ state, banner }: { state: Notifications; banner: Banner }) {
  const chat = state.chats.get(banner.group);
  if (!chat) return null;
  const { other } = chat;
  const name = displayName(other?.name ?? chat.name);
  const person = state.chats.messages.people.get(banner.by ?? null);
  const by = other || !person ? '' : `${shortName(person.name)}: `;
  const text = banner.text || (banner.files ? bannerStrings('files') : '');
  const urgency = banner.urgency;
  return (
    <div role="group" aria-label={name} class={`notice-card banner${urgency ? ' banner-urgent' : ''}`}>
      <Link href={`/chats/${banner.group}`} class="banner-open">
        <Avatar
          id={other?.id ?? chat.group}
          name={name}
          photo={photoPath(other ? other.photo : chat.photo)}
          group={other ? undefined : chat.kind}
          size={40}
        />
        <span class="banner-words">
          <span class="banner-name">
            <span class="cut">{name}</span>
            {urgency ? <Tag tone={URGENCY[urgency - 1]}>{bannerStrings(`urgent${urgency}`)}</Tag> : null}
          </span>
          <span class="banner-text cut-2">
            {by}
            {text}
            {banner.count > 1 ? (
              <span class="banner-more"> · {bannerStrings('more', { n: banner.count - 1 })}</span>
            ) : null}
          </span>
        </span>
      </Link>
      <IconButton icon={X} size={20} label={bannerStrings('close')} onPress={() => state.dismiss(banner.group)} />
    </div>
  );
}

/** After the first message: whether to be told while the app is closed. Refused, it says how that is undone. */
function AskCard({ state }: { state: Notifications }) {
  const [busy, setBusy] = useState(false);
  if (state.asking.value === 'denied') {
    return (
      <div class="notice-card ask-card">
        <p class="ask-words">
          <Icon of={BellOff} size={20} />
          <b>{strings('refused')}</b>
        </p>
        <HowToAllow />
        <div class="ask-buttons">
          <Button look="filled" onPress={() => state.later()}>
            {strings('understood')}
          </Button>
        </div>
      </div>
    );
  }

  async function turnOn(): Promise<void> {
    setBusy(true);
    try {
      if ((await state.turnOn()) === 'on') showToast(strings('turnedOn'));
    } catch (error) {
      // The push service of the browser could not be reached, or the server could not.
      if (!(error instanceof Problem || error instanceof DOMException)) throw error;
      showToast({ words: strings('failed'), icon: null });
    } finally {
      setBusy(false);
    }
  }

  return (
    <div class="notice-card ask-card">
      <p class="ask-words">
        <Icon of={Bell} size={20} />
        <span>{strings('ask')}</span>
      </p>
      <div class="ask-buttons">
        <Button look="text" onPress={() => state.later()}>
          {strings('later')}
        </Button>
        <Button look="filled" busy={busy} onPress={() => void turnOn()}>
          {strings('turnOn')}
        </Button>
      </div>
    </div>
  );
}
