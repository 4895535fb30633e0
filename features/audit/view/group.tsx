import { useState } from 'preact/hooks';
import { Download } from 'lucide';

import type { ScreenProps } from '../../../web/routing.ts';
import { IconButton } from '../../../web/ui/button.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { strings } from '../strings/log.ts';
import { ExportList, ExportSheet, useExports } from './exports.tsx';
import { LogFilters, LogList, useLog } from './log.tsx';
import '../audit.css';

/** Tùy chọn → Nhật ký hoạt động: what was done in and to one group, for its leaders. */
export function GroupAuditScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  return <GroupAudit key={group} group={group} />;
}

function GroupAudit({ group }: { group: string }) {
  const pages = useLog(group);
  const exports = useExports(group);
  const [asking, setAsking] = useState(false);
  return (
    <Page
      title={strings('title')}
      subtitle={strings('subtitle')}
      scrolls={false}
      class="audit"
      nested
      backTo={`/chats/${group}/options`}
      actions={<IconButton icon={Download} label={strings('export')} onPress={() => setAsking(true)} />}
      head={
        <>
          <div class="audit-head">
            <ExportList exports={exports} group={group} />
          </div>
          <LogFilters pages={pages} />
        </>
      }
    >
      <LogList pages={pages} ofGroup />
      {asking ? (
        <ExportSheet pages={pages} group={group} onAsked={exports.fetch} onClose={() => setAsking(false)} />
      ) : null}
    </Page>
  );
}
