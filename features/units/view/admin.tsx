import { useState } from 'preact/hooks';
import { ArrowUpToLine, FolderInput, Pencil, Plus, X } from 'lucide';
import { Problem } from '../../../protocol/problem.ts';
import { call } from '../../../web/connection.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Field, useChecked } from '../../../web/ui/field.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { isPhone } from '../../../web/viewport.ts';
import { AreaPicker } from '../../areas/view/area-picker.tsx';
import type { Unit } from '../protocol.ts';
import { UNIT_NAME_MOST } from '../rules.ts';
import { unitTree } from '../state.ts';
import { strings } from '../strings/admin.ts';
import { UnitTree } from './unit-tree.tsx';
import '../units.css';

type Open =
  | { form: 'add'; under: Unit | undefined }
  | { form: 'edit'; unit: Unit }
  | { form: 'move'; unit: Unit }
  | undefined;

/** Quản trị → Cơ quan, đơn vị: the tree, to add, rename, move and close. */
export function UnitsScreen() {
  const [chosen, setChosen] = useState<Unit | undefined>(undefined);
  const [open, setOpen] = useState<Open>(undefined);
  // The tree may have been fetched anew since it was chosen.
  const unit = chosen && (unitTree().find(chosen.id) ?? chosen);
  const close = () => setOpen(undefined);

  const move = async (it: Unit, parent: string | null) => {
    close();
    await attempt(() => call('unit.move', { unit: it.id, parent }));
  };
  const shut = async (it: Unit) => {
    const yes = await confirm({
      title: strings('closeTitle', { name: it.name }),
      text: strings('closeText'),
      yes: strings('close'),
      danger: true,
    });
    if (yes && (await attempt(() => call('unit.close', { unit: it.id })))) setChosen(undefined);
  };

  return (
    <Page
      title={strings('title')}
      actions={
        isPhone.value ? (
          <IconButton icon={Plus} label={strings('add')} onPress={() => setOpen({ form: 'add', under: undefined })} />
        ) : (
          <Button icon={Plus} size="small" onPress={() => setOpen({ form: 'add', under: undefined })}>
            {strings('add')}
          </Button>
        )
      }
      foot={
        unit ? (
          <div class="tree-acts" role="group" aria-label={unit.name}>
            <p class="tree-acts-name cut">{unit.name}</p>
            <Button look="outline" size="small" icon={Plus} onPress={() => setOpen({ form: 'add', under: unit })}>
              {strings('add')}
            </Button>
            <Button look="outline" size="small" icon={Pencil} onPress={() => setOpen({ form: 'edit', unit })}>
              {strings('rename')}
            </Button>
            <Button look="outline" size="small" icon={FolderInput} onPress={() => setOpen({ form: 'move', unit })}>
              {strings('move')}
            </Button>
            <Button look="danger-outline" size="small" icon={X} onPress={() => void shut(unit)}>
              {strings('close')}
            </Button>
          </div>
        ) : undefined
      }
    >
      <p class="tree-hint">{strings('hint')}</p>
      <UnitTree selected={unit?.id} onSelect={setChosen} />
      {open?.form === 'add' ? <UnitForm under={open.under} onClose={close} /> : null}
      {open?.form === 'edit' ? <UnitForm unit={open.unit} onClose={close} /> : null}
      {open?.form === 'move' ? (
        <Sheet title={strings('moveTitle', { name: open.unit.name })} onClose={close} full flush>
          {open.unit.parent === null ? null : (
            <div class="tree-hint">
              <Button look="soft" icon={ArrowUpToLine} onPress={() => void move(open.unit, null)}>
                {strings('moveTop')}
              </Button>
            </div>
          )}
          <UnitTree without={open.unit.id} onSelect={(target) => void move(open.unit, target.id)} />
        </Sheet>
      ) : null}
    </Page>
  );
}

/** Does it, shows the tree anew, says what stood in the way. True where it was done. */
async function attempt(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    await unitTree().renew();
    showToast(strings('saved'));
    return true;
  } catch (error) {
    const words = wordsOf(error);
    if (words === undefined) throw error;
    showToast(words);
    return false;
  }
}

function wordsOf(error: unknown): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  switch (error.code) {
    case 'unit.name_taken':
      return strings('taken');
    case 'unit.circle':
      return strings('circle');
    case 'unit.too_deep':
      return strings('tooDeep');
    case 'unit.closed':
      return strings('closed');
    case 'unit.in_use':
      return strings('inUse', {
        people: Number(error.details['people'] ?? 0),
        children: Number(error.details['children'] ?? 0),
      });
    default:
      return undefined;
  }
}

/** A new unit, or the name and area of one. */
function UnitForm({ unit, under, onClose }: { unit?: Unit; under?: Unit; onClose: () => void }) {
  const [name, setName] = useState(unit?.name ?? '');
  const [area, setArea] = useState<string | null>(unit?.area ?? under?.area ?? null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>(undefined);
  const checked = useChecked(name.trim() === '' ? strings('nameMissing') : undefined);
  const save = async () => {
    checked.check();
    if (name.trim() === '' || busy) return;
    setBusy(true);
    setTrouble(undefined);
    try {
      if (unit) await call('unit.change', { unit: unit.id, name, area });
      else {
        await call('unit.add', { parent: under?.id ?? null, name, area });
        if (under) await unitTree().toggle(under.id, true);
      }
      await unitTree().renew();
      showToast(strings('saved'));
      onClose();
    } catch (error) {
      setTrouble(error);
      setBusy(false);
    }
  };
  const words = trouble === undefined ? undefined : wordsOf(trouble);
  return (
    <Sheet
      title={unit ? strings('renameTitle') : under ? strings('addUnder', { name: under.name }) : strings('add')}
      onClose={onClose}
      size="small"
      foot={
        <Button wide busy={busy} onPress={() => void save()}>
          {strings('save')}
        </Button>
      }
    >
      <div class="tree-form">
        <Field
          label={strings('name')}
          value={name}
          onInput={setName}
          onBlur={checked.onBlur}
          onEnter={() => void save()}
          error={words ?? checked.error}
          maxLength={UNIT_NAME_MOST}
          autofocus
        />
        <AreaPicker label={strings('area')} value={area} onChoose={(it) => setArea(it.code)} optional />
        {trouble !== undefined && words === undefined ? <Trouble error={trouble} /> : null}
      </div>
    </Sheet>
  );
}
