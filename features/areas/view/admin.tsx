import { useState } from 'preact/hooks';
import { CalendarX, Pencil, Plus, X } from 'lucide';
import { Problem } from '../../../protocol/problem.ts';
import { call } from '../../../web/connection.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { Field, Select, useChecked } from '../../../web/ui/field.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Area } from '../protocol.ts';
import { AREA_NAME_MOST, areaName, HEAD_MOST, levelOf, OWN_DEPTH_MOST, OWN_KINDS } from '../rules.ts';
import type { OwnKind } from '../rules.ts';
import { areaTree } from '../state.ts';
import { strings } from '../strings/admin.ts';
import { AreaSheet, type ChosenArea } from './area-picker.tsx';
import { AreaTree } from './area-tree.tsx';
import '../areas.css';

type Open = { form: 'add'; under: Area } | { form: 'edit'; area: Area } | { form: 'end'; area: Area } | undefined;

/** Quản trị → Địa bàn: the levels below the commune. */
export function AreasScreen() {
  const [chosen, setChosen] = useState<Area | undefined>(undefined);
  const [open, setOpen] = useState<Open>(undefined);
  const area = chosen && (areaTree().find(chosen.code) ?? chosen);
  const close = () => setOpen(undefined);
  const mayAdd = area !== undefined && levelOf(area.code) >= 1 && levelOf(area.code) <= OWN_DEPTH_MOST;
  return (
    <Page
      title={strings('title')}
      foot={
        area && mayAdd ? (
          <div class="area-acts" role="group" aria-label={areaName(area)}>
            <p class="area-acts-name cut">{areaName(area)}</p>
            <Button look="outline" size="small" icon={Plus} onPress={() => setOpen({ form: 'add', under: area })}>
              {strings('add')}
            </Button>
            {area.own ? (
              <>
                <Button look="outline" size="small" icon={Pencil} onPress={() => setOpen({ form: 'edit', area })}>
                  {strings('edit')}
                </Button>
                <Button
                  look="danger-outline"
                  size="small"
                  icon={CalendarX}
                  onPress={() => setOpen({ form: 'end', area })}
                >
                  {strings('end')}
                </Button>
              </>
            ) : null}
          </div>
        ) : undefined
      }
    >
      <p class="area-hint">{strings('hint')}</p>
      <AreaTree selected={area?.code} onSelect={setChosen} />
      {open?.form === 'add' ? <AreaForm under={open.under} onClose={close} /> : null}
      {open?.form === 'edit' ? <AreaForm area={open.area} onClose={close} /> : null}
      {open?.form === 'end' ? (
        <EndForm
          area={open.area}
          onClose={close}
          onEnded={() => {
            close();
            setChosen(undefined);
          }}
        />
      ) : null}
    </Page>
  );
}

function wordsOf(error: unknown): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  switch (error.code) {
    case 'area.name_taken':
      return strings('taken');
    case 'area.in_use':
      return strings('inUse', { n: Number(error.details['children'] ?? 0) });
    case 'area.closed':
      return strings('closed');
    case 'area.wrong_date':
      return strings('wrongDate');
    default:
      return undefined;
  }
}

/** A new village, or the name, head and households of one. */
function AreaForm({ area, under, onClose }: { area?: Area; under?: Area; onClose: () => void }) {
  const [kind, setKind] = useState<OwnKind>((area?.kind as OwnKind | undefined) ?? 'thôn');
  const [name, setName] = useState(area?.name ?? '');
  const [head, setHead] = useState(area?.head ?? '');
  const [households, setHouseholds] = useState(area?.households?.toString() ?? '');
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>(undefined);
  const nameError = name.trim() === '' ? strings('nameMissing') : undefined;
  const count = households.trim() === '' ? null : Number(households);
  const countError =
    count !== null && !(Number.isInteger(count) && count >= 0 && count <= 100_000)
      ? strings('householdsWrong')
      : undefined;
  const checkedName = useChecked(nameError);
  const checkedCount = useChecked(countError);
  const save = async () => {
    checkedName.check();
    checkedCount.check();
    if (nameError || countError || busy) return;
    setBusy(true);
    setTrouble(undefined);
    try {
      if (area) {
        await call('area.change', { code: area.code, kind, name, head, households: count });
        await areaTree().renew(area.parent ?? '');
      } else if (under) {
        await call('area.add', { parent: under.code, kind, name, head, households: count });
        await areaTree().renew(under.code);
        await areaTree().toggle(under.code, true);
      }
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
      title={
        area
          ? strings('editTitle', { name: areaName(area) })
          : strings('addTitle', { name: under ? areaName(under) : '' })
      }
      onClose={onClose}
      size="small"
      foot={
        <Button wide busy={busy} onPress={() => void save()}>
          {strings('save')}
        </Button>
      }
    >
      <div class="area-form">
        <Select
          label={strings('kind')}
          value={kind}
          onChange={setKind}
          options={OWN_KINDS.map((value) => ({
            value,
            label: value.charAt(0).toLocaleUpperCase('vi') + value.slice(1),
          }))}
        />
        <Field
          label={strings('name')}
          help={strings('nameHelp')}
          value={name}
          onInput={setName}
          onBlur={checkedName.onBlur}
          onEnter={() => void save()}
          error={words ?? checkedName.error}
          maxLength={AREA_NAME_MOST}
          autofocus
        />
        <Field
          label={strings('head')}
          value={head}
          onInput={setHead}
          maxLength={HEAD_MOST}
          autocapitalize="words"
          optional
        />
        <Field
          label={strings('households')}
          value={households}
          onInput={setHouseholds}
          onBlur={checkedCount.onBlur}
          error={checkedCount.error}
          inputMode="numeric"
          maxLength={6}
          optional
        />
        {trouble !== undefined && words === undefined ? <Trouble error={trouble} /> : null}
      </div>
    </Sheet>
  );
}

/** The day an area ends, and what comes after it. */
function EndForm({ area, onClose, onEnded }: { area: Area; onClose: () => void; onEnded: () => void }) {
  const [into, setInto] = useState<readonly ChosenArea[]>([]);
  const [on, setOn] = useState('');
  const [choosing, setChoosing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>(undefined);
  const end = async () => {
    setBusy(true);
    setTrouble(undefined);
    try {
      const { moved } = await call('area.close', {
        code: area.code,
        into: into.map((it) => it.code),
        ...(on === '' ? {} : { on }),
      });
      await areaTree().renew(area.parent ?? '');
      showToast(strings('moved', { n: moved }));
      onEnded();
    } catch (error) {
      setTrouble(error);
      setBusy(false);
    }
  };
  const words = trouble === undefined ? undefined : wordsOf(trouble);
  return (
    <Sheet
      title={strings('endTitle', { name: areaName(area) })}
      onClose={onClose}
      size="small"
      foot={
        <Button wide look="danger" busy={busy} onPress={() => void end()}>
          {strings('endTitle', { name: areaName(area) })}
        </Button>
      }
    >
      <div class="area-form">
        <p>{strings('endText')}</p>
        <Field label={strings('endOn')} type="date" value={on} onInput={setOn} error={words} optional />
        <div>
          <p class="area-form-label">{strings('endInto')}</p>
          {into.length > 0 ? (
            <Chips label={strings('endInto')}>
              {into.map((it) => (
                <Chip key={it.code} on icon={X} onPress={() => setInto(into.filter((other) => other.code !== it.code))}>
                  {it.title}
                </Chip>
              ))}
            </Chips>
          ) : null}
          <Button look="soft" icon={Plus} onPress={() => setChoosing(true)}>
            {strings('endIntoAdd')}
          </Button>
        </div>
        {trouble !== undefined && words === undefined ? <Trouble error={trouble} /> : null}
        {choosing ? (
          <AreaSheet
            onClose={() => setChoosing(false)}
            onChoose={(it) => {
              if (it.code !== area.code && !into.some((other) => other.code === it.code)) setInto([...into, it]);
              setChoosing(false);
            }}
          />
        ) : null}
      </div>
    </Sheet>
  );
}
