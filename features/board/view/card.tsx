import type { Card } from '../../messages/protocol.ts';

interface BoardCardProps {
  card: Card;
  title: string;
  group: string;
  /** In the conversation. */
  narrow?: boolean;
}

/** A note, a reminder or a poll, wherever it stands. */
export function BoardCard({ title }: BoardCardProps) {
  return <p class="board-card-title">{title}</p>;
}
