import { Link } from '../../../web/ui/button.tsx';
import type { Mention } from '../../messages/protocol.ts';
import './named.css';

/** Somebody who is named in a text; a person leads to who they are. `me`: it is the one who reads. */
export function Named({ text, mention: { who, id }, me = false }: { text: string; mention: Mention; me?: boolean }) {
  const look = `named${me ? ' named-me' : ''}`;
  if (who !== 'account' || !id) return <span class={look}>{text}</span>;
  return (
    <Link class={look} href={`/directory/people/${id}`} tabIndex={-1}>
      {text}
    </Link>
  );
}
