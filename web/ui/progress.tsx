import './progress.css';

export function Spinner({ size = 20, label }: { size?: 16 | 20 | 32; label?: string }) {
  return (
    <span
      class={`spinner spinner-${size}`}
      role={label ? 'status' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    />
  );
}

interface ProgressBarProps {
  value: number;
  max: number;
  label: string;
  tone?: 'accent' | 'red';
}

export function ProgressBar({ value, max, label, tone = 'accent' }: ProgressBarProps) {
  return <progress class={`progress progress-${tone}`} value={value} max={max || 1} aria-label={label} />;
}
