import { Chip, Chips } from './chip.tsx';
import { TextArea } from './field.tsx';

interface ReasonFieldProps {
  label: string;
  help: string;
  /** Names the ready-made reasons for who cannot see them. */
  readyLabel: string;
  /** Reasons that are given again and again; pressing one again takes it away. */
  ready: readonly string[];
  value: string;
  onInput: (value: string) => void;
  /** Letters. */
  most: number;
  /** It must be given. */
  required?: boolean;
}

/** Why something is refused or undone: one of the ready reasons, or one's own words; it may stay empty unless it is required. */
export function ReasonField({ label, help, readyLabel, ready, value, onInput, most, required }: ReasonFieldProps) {
  return (
    <>
      <Chips label={readyLabel}>
        {ready.map((it) => (
          <Chip key={it} on={value === it} onPress={() => onInput(value === it ? '' : it)}>
            {it}
          </Chip>
        ))}
      </Chips>
      <TextArea
        label={label}
        help={help}
        value={value}
        onInput={onInput}
        maxLength={most}
        rows={2}
        optional={!required}
      />
    </>
  );
}
