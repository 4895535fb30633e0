import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import './drop-zone.css';

interface DropZoneProps {
  /** Undefined where something else than a file was dropped. */
  onDrop: (file: File | undefined) => void;
  /** A button that does the same for who drags nothing. */
  children: ComponentChildren;
}

/** Where a file is dropped. */
export function DropZone({ onDrop, children }: DropZoneProps) {
  const [over, setOver] = useState(false);
  return (
    <div
      class={`drop-zone${over ? ' drop-zone-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDrop(event.dataTransfer?.files[0]);
      }}
    >
      {children}
    </div>
  );
}
