import type { ComponentChildren } from 'preact';

import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { groupWords } from '../../groups/view/words.ts';
import type { Preview } from '../protocol.ts';
import { strings } from '../strings.ts';
import '../links.css';

/** What is shown of a group before being in it: never the list of members, never what is said. */
export function GroupCard({
  id,
  group,
  photo,
  children,
}: {
  id: string;
  group: Pick<Preview, 'name' | 'kind' | 'unit' | 'leaders' | 'members'>;
  photo?: string | undefined;
  children?: ComponentChildren;
}) {
  const name = displayName(group.name);
  return (
    <section class="join-card">
      <Avatar id={id} name={name} photo={photo} group={group.kind} size={96} />
      <h2 class="join-name">{name}</h2>
      <p class="join-kind">{[groupWords(group.kind), group.unit].filter(Boolean).join(' · ')}</p>
      <p class="join-kind">{strings('members', { n: group.members })}</p>
      {group.leaders.length > 0 ? (
        <div class="join-leaders">
          <p class="join-kind">{strings('leaders')}</p>
          <ul>
            {group.leaders.map((it) => (
              <li key={it.name + it.position}>
                {displayName(it.name)}
                {it.position === '' ? null : <span class="join-kind"> · {it.position}</span>}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {children}
    </section>
  );
}
