import { useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { CircleAlert } from 'lucide';

import { newId } from '../../../protocol/id.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Person } from '../../directory/protocol.ts';
import { PeoplePicker } from '../../directory/view/people-picker.tsx';
import { ADDED_AT_ONCE } from '../../groups/rules.ts';
import { recentPeople } from '../../groups/view/people.ts';
import { refusalWords } from '../../groups/view/refusals.ts';
import { Tray } from '../../groups/view/tray.tsx';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import { strings } from '../strings.ts';
import { PasteNumbers } from './numbers.tsx';
import '../members.css';

/** Members that the picker marks as being in the group already; of larger groups the server tells afterwards. */
const MARKED_MOST = 1_000;

type Named = readonly { readonly name: string }[];

/** Who could not be added, and why. */
function leftOut(blocked: Named, unwilling: Named): string {
  const names = (list: Named): string => list.map((it) => displayName(it.name)).join(', ');
  return [
    blocked.length > 0 ? strings('leftOutBlocked', { names: names(blocked) }) : '',
    unwilling.length > 0 ? strings('leftOutUnwilling', { names: names(unwilling) }) : '',
  ]
    .filter(Boolean)
    .join('; ');
}

/** Thêm thành viên: the picker as a sheet. */
export function AddMembers({ state, group, onClose }: { state: GroupsView; group: string; onClose: () => void }) {
  const people = useSignal<ReadonlyMap<string, Person>>(new Map());
  const invited = useSignal<readonly string[]>([]);
  const [inside, setInside] = useState<ReadonlySet<string>>(new Set([state.account]));
  const [pasting, setPasting] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const [asked, setAsked] = useState<{ input: string; id: string }>();
  const n = people.value.size + invited.value.length;

  useEffect(() => {
    let here = true;
    const found = new Set([state.account]);
    void (async () => {
      for (let after = 0; after < MARKED_MOST; after += 200) {
        const page = await state.call('member.list', { group, after, limit: 200 });
        for (const it of page.members) found.add(it.account);
        if (here) setInside(new Set(found));
        if (found.size >= page.total) break;
      }
    })().catch(() => undefined);
    return () => {
      here = false;
    };
  }, [group]);

  const take = (list: readonly Person[]): void => {
    people.value = new Map([...people.peek(), ...list.map((it) => [it.id, it] as const)]);
  };
  const drop = (id: string): void => {
    people.value = new Map([...people.peek()].filter(([it]) => it !== id));
  };

  async function add(): Promise<void> {
    const input = { group, accounts: [...people.peek().keys()], invite: [...invited.peek()] };
    // The same wish over a bad line is the same action.
    const wish = JSON.stringify(input);
    const id = asked?.input === wish ? asked.id : newId();
    setAsked({ input: wish, id });
    setBusy(true);
    setRefusal(undefined);
    try {
      const {
        added,
        invited: n,
        waiting,
        asked: first,
        blocked,
        unwilling,
      } = await state.call('member.add', input, { id });
      const said =
        added.length > 0 && n > 0
          ? strings('addedInvited', { n: added.length, invited: n })
          : added.length > 0
            ? strings('added', { n: added.length })
            : n > 0
              ? strings('invited', { n })
              : waiting.length > 0
                ? strings('nowWaiting', { n: waiting.length })
                : first.length > 0
                  ? strings('askedFirst', { n: first.length })
                  : strings('nobodyNew');
      const out = leftOut(blocked, unwilling);
      showToast(out === '' ? said : { words: strings('leftOut', { said, names: out }), icon: null });
      onClose();
    } catch (error) {
      setRefusal(refusalWords(error, (account) => people.peek().get(account)?.name));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={strings('add')}
      size="medium"
      full
      flush
      class="add-members"
      onClose={onClose}
      actions={
        <Button look="text" size="small" onPress={() => setPasting(true)}>
          {strings('paste')}
        </Button>
      }
      foot={
        n > 0 || refusal ? (
          <>
            {refusal ? (
              <p class="group-refusal" role="alert">
                <Icon of={CircleAlert} size={16} />
                <span>{refusal}</span>
              </p>
            ) : null}
            <Tray
              people={people}
              invited={invited}
              onDrop={drop}
              onUninvite={(phone) => (invited.value = invited.peek().filter((it) => it !== phone))}
            />
            <Button busy={busy} disabled={n === 0} onPress={() => void add()}>
              {strings('addPeople', { n })}
            </Button>
          </>
        ) : undefined
      }
    >
      <PeoplePicker
        chosen={people.value}
        onToggle={(person) => (people.peek().has(person.id) ? drop(person.id) : take([person]))}
        onChooseAll={take}
        excluded={inside}
        recent={recentPeople(state)}
        most={ADDED_AT_ONCE}
      />
      {pasting ? (
        <PasteNumbers
          group={group}
          onClose={() => setPasting(false)}
          onRead={(list, numbers) => {
            take(list);
            invited.value = [...new Set([...invited.peek(), ...numbers])];
          }}
        />
      ) : null}
    </Sheet>
  );
}
