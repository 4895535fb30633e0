import { signal } from '@preact/signals';

import { confirmRights } from '../../../web/confirm-rights.ts';

let asking: { answered: Promise<boolean>; answer: (awake: boolean) => void } | undefined;

/** The person is being asked for the code that wakes administrator rights. */
export const askingForRights = signal(false);

/** Lets calls that were refused because administrator rights rest ask the person; several at once ask once. */
export function keepRightsAwake(): void {
  confirmRights.ask = () => {
    if (!asking) {
      let answer: (awake: boolean) => void = () => undefined;
      const answered = new Promise<boolean>((resolve) => {
        answer = (awake) => {
          asking = undefined;
          askingForRights.value = false;
          resolve(awake);
        };
      });
      asking = { answered, answer };
      askingForRights.value = true;
    }
    return asking.answered;
  };
}

/** The person has answered, or does not want to. */
export function answerForRights(awake: boolean): void {
  asking?.answer(awake);
}
