import { Link } from '../../../web/ui/button.tsx';
import { strings } from '../strings.ts';
import { pollPath } from './path.ts';
import { usePolls } from './use-polls.ts';

/** Choices that are named in a line; more are counted. */
const NAMED = 2;

interface OutcomeProps {
  readonly group: string;
  readonly id: string;
  /** Those with most votes, and how many each has. */
  readonly top: readonly number[];
  readonly votes: number;
}

/** What came of a poll, after the line that says it was closed. Nothing where it has been removed since. */
export function PollOutcome({ group, id, top, votes }: OutcomeProps) {
  const poll = usePolls()?.of(group, id);
  if (!poll || poll === 'gone') return null;
  const names = top.flatMap((it) => poll.choices.find((one) => one.id === it)?.text ?? []);
  const listed = names.slice(0, NAMED).join(', ');
  return (
    <>
      {' · '}
      <Link href={pollPath(group, id)}>{poll.question}</Link>
      {names.length > 0 ? (
        <>
          {': '}
          <strong>
            {names.length > NAMED ? strings('andMore', { names: listed, n: names.length - NAMED }) : listed}
          </strong>
          {` (${strings('votes', { n: votes })})`}
        </>
      ) : null}
    </>
  );
}
