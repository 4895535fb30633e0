import { RefreshCw } from 'lucide';
import { strings } from './strings.ts';
import { Strip } from './ui/strip.tsx';
import { newVersion, takeNewVersion } from './updates.ts';

/** “Có bản mới · Tải lại” */
export function UpdateStrip() {
  if (!newVersion.value) return null;
  return (
    <Strip icon={RefreshCw} action={strings('reload')} onAction={takeNewVersion}>
      {strings('newVersion')}
    </Strip>
  );
}
