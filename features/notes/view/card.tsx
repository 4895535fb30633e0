export interface NoteCardProps {
  readonly group: string;
  readonly id: string;
  /** In the conversation. */
  readonly narrow?: boolean;
}

/** A note on the board and in the conversation. */
export function NoteCard({ id }: NoteCardProps) {
  return <article aria-busy="true" data-note={id} />;
}
