/** Urgency as bars: as many are filled as it has levels. Its word always stands beside it. */
export function UrgencyBars({ level, size = 16 }: { level: number; size?: number }) {
  return (
    <svg class="urgency-bars" width={size} height={size} viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
      {[1, 2, 3].map((n) => (
        <rect
          key={n}
          x={(n - 1) * 5.5 + 0.5}
          y={15 - (n === 1 ? 5 : n === 2 ? 9.5 : 14)}
          width={4}
          height={n === 1 ? 5 : n === 2 ? 9.5 : 14}
          rx={1}
          opacity={n <= level ? 1 : 0.3}
        />
      ))}
    </svg>
  );
}
