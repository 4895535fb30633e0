import type { Ref } from 'preact';
import { useRef } from 'preact/hooks';
import { X, type IconNode } from 'lucide';
import { strings } from '../strings.ts';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import { hand, useFocusOnMount } from './inputs.ts';
import './field.css';

interface SearchFieldProps {
  value: string;
  onInput: (value: string) => void;
  label: string;
  placeholder?: string;
  /** “Ctrl K”, shown while empty on a computer. */
  keys?: string;
  onEnter?: () => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  autofocus?: boolean;
  /** For a list of results below: its id, and the id of the result that is marked. */
  controls?: string;
  active?: string;
  inputRef?: Ref<HTMLInputElement>;
  class?: string;
}

export function SearchField(props: SearchFieldProps) {
  const element = useRef<HTMLInputElement | null>(null);
  const focusRef = useFocusOnMount(props.autofocus);
  return (
    <div class={`search ${props.class ?? ''}`} role="search" aria-label={props.label}>
      <Icon of={SearchIcon} size={20} class="search-icon" />
      <input
        ref={(node) => {
          element.current = node;
          focusRef.current = node;
          hand(props.inputRef, node);
        }}
        class="search-input"
        // A search field may not be a combobox; a text field may.
        {...(props.controls
          ? ({ type: 'text', role: 'combobox', 'aria-expanded': true } as const)
          : ({ type: 'search' } as const))}
        enterkeyhint="search"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={props.value}
        placeholder={props.placeholder ?? props.label}
        aria-label={props.label}
        aria-autocomplete={props.controls ? 'list' : undefined}
        aria-controls={props.controls}
        aria-activedescendant={props.active}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          // A search inside a form (a sheet of its) must not send the form.
          if (event.key === 'Enter' && !event.isComposing) {
            event.preventDefault();
            props.onEnter?.();
          }
          // Esc empties first; only an empty field lets it go on to close the screen.
          if (event.key === 'Escape' && props.value) {
            event.preventDefault();
            event.stopPropagation();
            props.onInput('');
          }
          props.onKeyDown?.(event);
        }}
      />
      {props.value ? (
        <IconButton
          icon={X}
          size={20}
          class="search-clear"
          label={strings('clear')}
          onPress={() => {
            props.onInput('');
            element.current?.focus();
          }}
        />
      ) : props.keys ? (
        <kbd class="keys search-keys">{props.keys}</kbd>
      ) : null}
    </div>
  );
}

const SearchIcon: IconNode = [
  ['path', { d: 'm21 21-4.34-4.34' }],
  ['circle', { cx: '11', cy: '11', r: '8' }],
];
