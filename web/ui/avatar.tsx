import { useState } from 'preact/hooks';
import { KeyRound, UsersRound } from 'lucide';
import { colourOf, initial } from '../names.ts';
import { strings } from '../strings.ts';
import { Icon } from './icon.tsx';
import { groupIcons } from './meanings.ts';
import './avatar.css';

interface AvatarProps {
  /** The account's or the group's id: it chooses the colour. */
  id: string;
  name: string;
  /** Address of the photo, `/photos/<id>`; without it, or when it cannot be shown, the letter or icon stands. */
  photo?: string | null;
  /** Makes it a group: a rounded square with this icon of `groupIcons`. */
  group?: string | true;
  size?: 24 | 32 | 36 | 40 | 48 | 56 | 72 | 96;
  online?: boolean;
  role?: 'owner' | 'deputy';
}

const iconSizes = { 24: 14, 32: 18, 36: 20, 40: 20, 48: 24, 56: 28, 72: 32, 96: 44 } as const;

/** Decoration beside a name, so it has no name of its own; only the online dot and the key are said. */
export function Avatar({ id, name, photo, group, size = 40, online, role }: AvatarProps) {
  const [broken, setBroken] = useState<string | undefined>(undefined);
  const shown = photo && photo !== broken ? photo : undefined;
  return (
    <span class={`avatar avatar-${size} ${group ? 'avatar-group' : 'avatar-person'}`}>
      <span class={`avatar-face avatar-colour-${colourOf(id)}`} aria-hidden="true">
        {group ? (
          <Icon of={(typeof group === 'string' ? groupIcons[group] : undefined) ?? UsersRound} size={iconSizes[size]} />
        ) : (
          <span class="avatar-letter">{initial(name)}</span>
        )}
        {shown ? (
          <img
            class="avatar-photo"
            src={shown}
            alt=""
            width={size}
            height={size}
            loading="lazy"
            decoding="async"
            draggable={false}
            onError={() => setBroken(shown)}
          />
        ) : null}
      </span>
      {online ? (
        <span class="avatar-online">
          <span class="unseen">{strings('online')}</span>
        </span>
      ) : null}
      {role ? (
        <span class={`avatar-role avatar-role-${role}`}>
          <Icon of={KeyRound} size={14} label={strings(role)} />
        </span>
      ) : null}
    </span>
  );
}
