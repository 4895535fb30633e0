import './mark.css';

/** The house: with its bands, or (24 px and less) without. Colours come from CSS, so it works on every ground. */
export function Mark({ size = 24, on = 'surface' }: { size?: 20 | 24 | 40 | 64 | 88; on?: 'surface' | 'pine' }) {
  if (size <= 24) {
    return (
      <svg class={`mark mark-${size}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path
          class="mark-roof"
          d="M6.800 1.300c.1-.5.7-.8 1.100-.5C9.200 1.500 10.600 1.800 12 1.800s2.800-.3 4.100-1c.4-.3 1 0 1.100.5 1 3.900 2.600 8.700 4.600 13.100.3.700-.2 1.400-.9 1.400H3.100c-.7 0-1.200-.7-.9-1.400C4.200 10 5.800 5.200 6.800 1.300Z"
        />
        <path
          class="mark-stilts"
          d="M5 17h5v3.200H8V23H6v-2.800H5ZM14 17h5v3.200h-1V23h-2v-2.800h-2ZM11.200 18.200h1.600l.8 4.800h-3.200Z"
        />
      </svg>
    );
  }
  return (
    <svg class={`mark mark-${size} mark-on-${on}`} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <path
        class="mark-roof"
        d="M18.300 3.300c.3-1.100 1.500-1.700 2.500-1.100C24.200 4.200 28 5.100 32 5.100s7.800-.9 11.200-2.900c1-.6 2.200 0 2.500 1.100 2.600 10.300 6.800 23.400 12.200 35.200.7 1.600-.4 3.300-2.100 3.300H8.200c-1.700 0-2.800-1.700-2.100-3.300C11.500 26.700 15.700 13.600 18.300 3.300Z"
      />
      <g class="mark-bands" fill="none" stroke-width="3.200" stroke-linecap="round">
        <path d="M24.500 14.500h15" />
        <path d="M22 22.800h20" />
        <path d="M19.200 31.100h13.500" />
      </g>
      <path
        class="mark-stilts"
        d="M13.600 44.800H27v8.400H20.200V60.400a1.600 1.600 0 0 1-1.600 1.600h-.6a1.600 1.600 0 0 1-1.600-1.600V53.200h-1a1.800 1.800 0 0 1-1.800-1.800ZM37 44.800h13.400v6.600a1.800 1.800 0 0 1-1.800 1.800h-1V60.400a1.600 1.600 0 0 1-1.600 1.600h-.6a1.600 1.600 0 0 1-1.600-1.600V53.200H37ZM30 48.200h4a1 1 0 0 1 1 .9l1.500 11.200a1.500 1.500 0 0 1-1.500 1.700h-6a1.500 1.500 0 0 1-1.500-1.700L29 49.100a1 1 0 0 1 1-.9Z"
      />
    </svg>
  );
}

/** The mark on its pine tile, as on the phone's home screen. */
export function MarkTile({ size = 40 }: { size?: 40 | 64 | 72 }) {
  return (
    <span class={`mark-tile mark-tile-${size}`}>
      <Mark size={64} on="pine" />
    </span>
  );
}
