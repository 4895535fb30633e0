import { AppWindow, Bell, RefreshCw, Settings2, Share, SquarePlus } from 'lucide';
import type { IconNode } from 'lucide';

import { Icon } from '../../../web/ui/icon.tsx';
import { strings } from '../strings.ts';
import '../notifications.css';

/** Steps with what is to be looked for drawn before each. */
function Steps({ steps }: { steps: readonly (readonly [IconNode, string])[] }) {
  return (
    <ol class="allow-steps">
      {steps.map(([icon, words]) => (
        <li key={words}>
          <span class="allow-picture">
            <Icon of={icon} size={20} />
          </span>
          <span>{words}</span>
        </li>
      ))}
    </ol>
  );
}

/** The bar of a browser, with the button that is meant. */
function AddressBar() {
  return (
    <svg class="allow-bar" viewBox="0 0 280 44" aria-hidden="true" focusable="false">
      <rect x="1" y="1" width="278" height="42" rx="21" class="allow-bar-ground" />
      <circle cx="24" cy="22" r="15" class="allow-bar-button" />
      <path d="M17 18h8M29 18h2M17 26h2M23 26h8" class="allow-bar-line" />
      <circle cx="27" cy="18" r="2.4" class="allow-bar-line" />
      <circle cx="21" cy="26" r="2.4" class="allow-bar-line" />
      <text x="50" y="27" class="allow-bar-text">
        {location.host}
      </text>
    </svg>
  );
}

/** Refused once, only the browser's own settings undo it. */
export function HowToAllow() {
  return (
    <>
      <AddressBar />
      <Steps
        steps={[
          [Settings2, strings('allow1')],
          [Bell, strings('allow2')],
          [RefreshCw, strings('allow3')],
        ]}
      />
    </>
  );
}

/** iOS tells only apps that are on the home screen. */
export function HowToInstall() {
  return (
    <Steps
      steps={[
        [Share, strings('install1')],
        [SquarePlus, strings('install2')],
        [AppWindow, strings('install3')],
      ]}
    />
  );
}
