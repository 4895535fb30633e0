import { useEffect, useState } from 'preact/hooks';
import { FileUp, PencilLine, Plus } from 'lucide';

import type { OutputOf } from '../../../protocol/action.ts';
import { call } from '../../../web/connection.ts';
import { navigate } from '../../../web/routing.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { icons } from '../../../web/ui/meanings.ts';
import { Page } from '../../../web/ui/page.tsx';
import { Section, SettingRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { UnitTree } from '../../units/view/unit-tree.tsx';
import type { Default, regulationActions } from '../protocol.ts';
import { draftForm } from '../state/draft.ts';
import { strings } from '../strings.ts';
import { DraftFields, DraftFoot } from './editor.tsx';
import { Downloads, FileCard, RegulationText, versionWords } from './text.tsx';
import { UploadSheet } from './upload.tsx';
import '../regulation.css';

/** Quản trị → Quy chế mẫu của đơn vị: which units have one, and how many groups use it. */
export function DefaultsScreen() {
  const [defaults, setDefaults] = useState<readonly Default[]>();
  const [trouble, setTrouble] = useState<unknown>(undefined);
  const [attempt, setAttempt] = useState(0);
  const [choosing, setChoosing] = useState(false);
  useEffect(() => {
    setTrouble(undefined);
    call('regulation.defaults', {}).then((it) => setDefaults(it.defaults), setTrouble);
  }, [attempt]);
  const add = (
    <Button icon={Plus} size={defaults?.length ? 'small' : 'medium'} onPress={() => setChoosing(true)}>
      {strings('addDefault')}
    </Button>
  );
  return (
    <Page title={strings('defaults')} actions={defaults?.length ? add : undefined}>
      {defaults === undefined ? (
        trouble === undefined ? (
          <Skeleton kind="setting" />
        ) : (
          <Trouble error={trouble} onRetry={() => setAttempt((n) => n + 1)} />
        )
      ) : defaults.length === 0 ? (
        <EmptyState icon={icons.regulation} title={strings('noDefaults')} text={strings('defaultsText')} action={add} />
      ) : (
        <>
          <p class="regulation-hint">{strings('defaultsText')}</p>
          {defaults.map((it) => (
            <SettingRow
              key={it.unit}
              icon={icons.regulation}
              label={it.path.at(-1) ?? ''}
              help={[it.path.slice(0, -1).join(' / '), it.title].filter(Boolean).join(' · ')}
              value={
                it.version === null
                  ? strings('onlyDraft')
                  : [strings('versionOnly', { n: String(it.version) }), strings('usedBy', { n: it.groups })].join(' · ')
              }
              href={`/admin/regulations/${it.unit}`}
            />
          ))}
        </>
      )}
      {choosing ? (
        <Sheet title={strings('addDefault')} onClose={() => setChoosing(false)} full flush>
          <UnitTree
            onSelect={(unit) => {
              setChoosing(false);
              navigate(`/admin/regulations/${unit.id}`);
            }}
          />
        </Sheet>
      ) : null}
    </Page>
  );
}

type Known = OutputOf<(typeof regulationActions)['regulation.default']>;

/** The default of one unit: what is offered to its groups now, and the draft of the next. */
export function DefaultScreen({ params }: ScreenProps) {
  const unit = params['unit'] ?? '';
  return <Opened key={unit} unit={unit} />;
}

function Opened({ unit }: { unit: string }) {
  const form = draftForm({ unit });
  const [known, setKnown] = useState<Known>();
  const [trouble, setTrouble] = useState<unknown>(undefined);
  const [turn, setTurn] = useState(0);
  const [writing, setWriting] = useState(false);
  const [uploading, setUploading] = useState(false);
  const [opening, setOpening] = useState(false);
  useEffect(() => {
    call('regulation.default', { unit }).then(
      (it) => {
        setTrouble(undefined);
        setKnown(it);
      },
      (error: unknown) => setTrouble(error),
    );
  }, [unit, turn]);

  async function write(): Promise<void> {
    setOpening(true);
    try {
      const fresh = await call('regulation.default', { unit });
      setKnown(fresh);
      await form.open(fresh.draft, fresh.current);
      setWriting(true);
    } catch (error) {
      setTrouble(error);
    } finally {
      setOpening(false);
    }
  }
  const leave = (): void => {
    setWriting(false);
    setTurn((n) => n + 1);
  };

  const name = known?.path.at(-1) ?? '';
  const ready = writing && (form.document.value !== undefined || form.file.value !== null);
  return (
    <Page
      title={writing ? strings('draft') : strings('defaults')}
      subtitle={known?.path.join(' / ')}
      nested
      backTo="/admin/regulations"
      onBack={writing ? leave : undefined}
      lane="form"
      foot={
        ready ? (
          <DraftFoot form={form} effect={strings('defaultText')} onPublished={leave} onDiscarded={leave} />
        ) : undefined
      }
    >
      {ready ? (
        <DraftFields form={form} />
      ) : known === undefined ? (
        trouble === undefined ? (
          <Skeleton kind="text" rows={8} />
        ) : (
          <Trouble error={trouble} onRetry={() => setTurn((n) => n + 1)} />
        )
      ) : (
        <>
          {known.current ? (
            <section class="regulation-current" aria-label={known.current.title}>
              <header class="regulation-title">
                <span class="regulation-title-icon">
                  <Icon of={icons.regulation} size={24} />
                </span>
                <span>
                  <h2>{known.current.title}</h2>
                  <p>{[versionWords(known.current), strings('usedBy', { n: known.groups })].join(' · ')}</p>
                </span>
              </header>
              {known.current.file ? <FileCard file={known.current.file} /> : null}
              {known.current.document ? <RegulationText document={known.current.document} /> : null}
              <Downloads id={known.current.id} file={known.current.file} />
            </section>
          ) : (
            <EmptyState
              icon={icons.regulation}
              title={strings('ofUnit', { unit: name })}
              text={strings('defaultsText')}
            />
          )}
          <Section>
            <SettingRow
              icon={PencilLine}
              label={strings(known.draft ? 'goOn' : known.current ? 'writeNew' : 'write')}
              onPress={() => void (opening || write())}
            />
            <SettingRow
              icon={FileUp}
              label={strings('upload')}
              help={strings('uploadHelp')}
              onPress={() => setUploading(true)}
            />
          </Section>
        </>
      )}
      {uploading ? (
        <UploadSheet
          form={form}
          draft={known?.draft ?? null}
          onClose={() => setUploading(false)}
          onDone={() => void write()}
        />
      ) : null}
    </Page>
  );
}
