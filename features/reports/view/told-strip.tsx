import { ShieldAlert, ShieldCheck } from 'lucide';

import { Strip } from '../../../web/ui/strip.tsx';
import { strings } from '../strings/told.ts';

interface ToldStripProps {
  told: 'withdraw' | 'dismiss' | 'refused';
  onRead: () => void;
}

const WORDS = { withdraw: 'withdrawn', dismiss: 'dismissed', refused: 'refused' } as const;

export function ToldStrip({ told, onRead }: ToldStripProps) {
  return (
    <Strip
      tone={told === 'withdraw' ? 'accent' : 'gold'}
      icon={told === 'refused' ? ShieldAlert : ShieldCheck}
      action={strings('understood')}
      onAction={onRead}
    >
      {strings(WORDS[told])}
    </Strip>
  );
}
