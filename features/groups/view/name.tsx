import { Field } from '../../../web/ui/field.tsx';
import { lettersLeft, NAME_COUNTED_FROM, NAME_MOST } from '../rules.ts';
import { strings } from '../strings.ts';

/** What is wrong with a name as it stands. */
export function nameFault(name: string): string | undefined {
  if (name.trim() === '') return strings('nameMissing');
  const left = lettersLeft(name);
  return left < 0 ? strings('nameLong', { n: NAME_MOST, over: -left }) : undefined;
}

interface NameFieldProps {
  value: string;
  onInput: (name: string) => void;
  onBlur: () => void;
  /** Once the field has been left or the form was sent. */
  error: string | undefined;
  autofocus?: boolean;
  inputRef?: { current: HTMLInputElement | null };
}

/** Tên nhóm: takes what is typed, counts near the end, and says at once what is too much. */
export function NameField({ error, ...rest }: NameFieldProps) {
  const left = lettersLeft(rest.value);
  return (
    <Field
      label={strings('name')}
      {...rest}
      error={left < 0 ? nameFault(rest.value) : error}
      help={left >= 0 && left <= NAME_COUNTED_FROM ? strings('nameLeft', { n: left }) : undefined}
      autocapitalize="sentences"
      required
    />
  );
}
