/** A poll as it stands on the board and, narrower, in the conversation. */
export interface PollCardProps {
  readonly group: string;
  readonly id: string;
  readonly at?: number | undefined;
  readonly narrow?: boolean | undefined;
}

export function PollCard({ id }: PollCardProps) {
  return <article class="poll-card" data-poll={id} />;
}
