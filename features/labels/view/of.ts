import type { Label } from '../protocol.ts';
import { labels } from '../state.ts';

/** The labels of whoever is signed in, in their order. Reads as a signal. */
export const ownLabels = (): readonly Label[] => labels.value?.list.value ?? [];

/** The labels that a chat carries. Reads as a signal. */
export const labelsOf = (group: string): readonly Label[] => labels.value?.of(group) ?? [];
