import { useEffect } from 'preact/hooks';

import { useNow } from '../../../web/now.ts';
import { Link } from '../../../web/ui/button.tsx';
import { icons } from '../../../web/ui/meanings.ts';
import { navigate } from '../../../web/routing.ts';
import { CardComing, CardFrame, CardGone } from '../../board/view/frame.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import { shownState } from '../rules.ts';
import { strings } from '../strings.ts';
import { Choices } from './choices.tsx';
import { pollPath } from './path.ts';
import { usePolls } from './use-polls.ts';
import { ruleLine } from './words.ts';
import '../polls.css';

export interface PollCardProps {
  readonly group: string;
  readonly id: string;
  readonly at?: number | undefined;
  /** What is known of it already: its question. */
  readonly title?: string | undefined;
  readonly narrow?: boolean | undefined;
}

/** A poll as it stands on the board and, narrower, in the conversation. */
export function PollCard({ group, id, title = '', narrow }: PollCardProps) {
  const state = usePolls();
  const chat = useGroups()?.chat(group);
  const now = useNow();
  const poll = state?.of(group, id);
  const over = poll !== undefined && poll !== 'gone' && poll.state === 'open' && shownState(poll, now) === 'ended';
  // Its deadline has come while it was looked at: the result is there to be read.
  useEffect(() => {
    if (over) state?.again(group, id);
  }, [state, group, id, over]);
  if (poll === 'gone') return <CardGone narrow={narrow} />;
  if (!state || !poll) return <CardComing title={title} narrow={narrow} />;
  const path = pollPath(group, id);
  return (
    <CardFrame
      title={poll.question}
      kind={strings('poll')}
      icon={icons.poll}
      href={path}
      narrow={narrow}
      foot={
        <div class="poll-foot">
          <span>{strings('voted', { n: poll.voters, all: poll.members })}</span>
          <Link href={path}>{strings('details')}</Link>
        </div>
      }
    >
      <p class="poll-rules">{ruleLine(poll, now)}</p>
      <Choices
        state={state}
        poll={poll}
        now={now}
        votes={chat?.state === undefined || chat.state === 'open'}
        onAll={() => navigate(path)}
      />
    </CardFrame>
  );
}
