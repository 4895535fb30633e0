import { UserCheck, UserX } from 'lucide';

import { displayName } from '../../../web/names.ts';
import { Strip } from '../../../web/ui/strip.tsx';
import { requests } from '../state.ts';
import type { Answer } from '../state.ts';
import { strings } from '../strings/told.ts';

/** What became of what the person asked for, until it has been read. */
export function AnswerStrip() {
  const state = requests.value;
  const answer = state?.answers.value[0];
  if (!state || !answer) return null;
  return (
    <Strip
      tone={answer.result === 'approved' ? 'accent' : 'gold'}
      icon={answer.result === 'approved' ? UserCheck : UserX}
      action={strings('understood')}
      onAction={() => state.heard()}
    >
      {answerWords(answer)}
    </Strip>
  );
}

function answerWords({ result, name: full, people, reason }: Answer): string {
  const name = displayName(full);
  const who = people.map((it) => displayName(it)).join(', ');
  const said =
    result === 'approved'
      ? who
        ? strings('answerApprovedOf', { people: who, name })
        : strings('answerApproved', { name })
      : result === 'expired'
        ? strings('answerExpired', { name })
        : who
          ? strings('answerRefusedOf', { people: who, name })
          : strings('answerRefused', { name });
  return reason === '' ? said : strings('withReason', { said, reason });
}
