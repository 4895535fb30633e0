import './base.css';
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import {
  ArrowRight,
  Bell,
  BookUser,
  Building2,
  CircleUserRound,
  Copy,
  Forward,
  Info,
  List,
  LogOut,
  MapPinHouse,
  MessagesSquare,
  PanelRight,
  Phone,
  Pin,
  Plus,
  Reply,
  Search,
  Settings,
  ShieldAlert,
  Smartphone,
  Trash2,
  TriangleAlert,
  Undo2,
  UserRoundPlus,
  UsersRound,
  WifiOff,
} from 'lucide';
import { keepAppearance, textSize, theme } from '../appearance.ts';
import { asideOf } from '../aside.ts';
import { formatDay, formatListTime } from '../format.ts';
import { showFrame } from '../frame.tsx';
import { helpContact } from '../help.ts';
import { language } from '../language.ts';
import { here, navigate, type ScreenProps, type Shell } from '../routing.ts';
import { UpdateStrip } from '../update-strip.tsx';
import { keepFresh } from '../updates.ts';
import { Avatar } from './avatar.tsx';
import { Button, IconButton, LinkButton } from './button.tsx';
import { Chip, Chips } from './chip.tsx';
import { CheckboxRow, RadioRows, Segmented, SwitchRow } from './choice.tsx';
import { CodeInput } from './code-input.tsx';
import { confirm } from './confirm.tsx';
import { Field, PickField, Select, TextArea } from './field.tsx';
import { SearchField } from './search-field.tsx';
import { icons } from './meanings.ts';
import { MenuButton, useMenu } from './menu.tsx';
import { Page } from './page.tsx';
import { ProgressBar, Spinner } from './progress.tsx';
import { PersonRow, Section, SettingRow } from './rows.tsx';
import { Sheet } from './sheet.tsx';
import { Skeleton } from './skeleton.tsx';
import { EmptyState, ErrorState, HelpCard, NothingFound } from './states.tsx';
import { Strip } from './strip.tsx';
import { Badge, Tag } from './tag.tsx';
import { showToast } from './toast.tsx';
import { Tree, type TreeNode } from './tree.tsx';
import { VirtualList } from './virtual-list.tsx';
import { WhoMark, WhoPeople, WhoTiles, WhoUnits } from './who.tsx';
import './gallery.css';

// Every part of the kit in the real frame, with invented people: for looking at, and for axe. Served by `vite` only.

const people = [
  ['1', 'Nguyễn Hoàng Phúc', 'Chủ tịch UBND xã · UBND xã Ia Grai'],
  ['2', 'Rơ Châm Tuấn', 'Chỉ huy trưởng · Ban CHQS xã'],
  ['7', 'Ksor H’Bích', 'Trưởng trạm · Trạm Y tế xã'],
  ['12', 'Lê Văn Khải', 'Phó Trưởng Công an xã · Công an xã'],
  ['5', 'Rơ Châm Nguyễn Thị Hoàng Bích Phượng', 'Chuyên viên · Văn phòng HĐND và UBND xã Ia Grai'],
  ['9', 'Siu H’Nga', 'Chuyên viên · Văn phòng HĐND và UBND xã'],
] as const;

const chats = Array.from({ length: 400 }, (_, i) => ({
  id: `g${i}`,
  name: ['Phòng chống bão lũ xã Ia Grai', 'Lãnh đạo UBND xã – Trưởng thôn, làng', 'Tổ chuyển đổi số cộng đồng'][
    i % 3
  ] as string,
  group: ['storm', 'announcement', 'digital'][i % 3] as string,
  at: Date.now() - i * 5_400_000,
}));

const units = [
  { under: 'Trạm Y tế xã', done: 6, all: 9 },
  { under: 'Công an xã', done: 12, all: 12 },
];

function WhoOf() {
  const [show, setShow] = useState<'yes' | 'no'>('yes');
  return (
    <div class="gallery-card">
      <WhoTiles
        label="Ai đã xem"
        value={show}
        onChange={setShow}
        of={21}
        tiles={[
          { value: 'yes', label: 'Đã xem', n: 18 },
          { value: 'no', label: 'Chưa xem', n: 3, red: true },
        ]}
      />
      <WhoUnits
        key={show}
        units={units}
        listed={({ done, all }) => (show === 'yes' ? done : all - done)}
        name={({ under }) => under}
        far={({ done, all }) => ({ done, all, spoken: `${done} trên ${all} đã xem` })}
      >
        {({ under, done, all }) => (
          <WhoPeople
            first={people
              .slice(0, 2)
              .map(([account, name, second]) => ({ account: `${under} ${account}`, name, second }))}
            total={show === 'yes' ? done : all - done}
            load={() => Promise.resolve({ people: [], total: 0 })}
            refusal={String}
            loading="Đang tải…"
            more={(left) => `Xem thêm ${left} người`}
          >
            {({ account, name, second }) => (
              <PersonRow
                key={account}
                id={account}
                name={name}
                second={second}
                after={<WhoMark done={show === 'yes'}>{show === 'yes' ? 'Đã xem' : 'Chưa xem'}</WhoMark>}
              />
            )}
          </WhoPeople>
        )}
      </WhoUnits>
    </div>
  );
}

function ChatList() {
  const [filter, setFilter] = useState('all');
  return (
    <Page
      title="Trò chuyện"
      look="root"
      mark
      scrolls={false}
      actions={
        <>
          <IconButton icon={Search} label="Tìm kiếm" />
          <MenuButton
            icon={Plus}
            label="Tạo mới"
            items={() => [
              { label: 'Tạo nhóm', icon: UsersRound, onSelect: () => showToast('Tạo nhóm') },
              { label: 'Trò chuyện mới', icon: MessagesSquare, onSelect: () => showToast('Trò chuyện mới') },
            ]}
          />
        </>
      }
      head={
        <Chips label="Lọc">
          <Chip on={filter === 'all'} onPress={() => setFilter('all')}>
            Tất cả
          </Chip>
          <Chip on={filter === 'unread'} count={5} onPress={() => setFilter('unread')}>
            Chưa đọc
          </Chip>
          <Chip on={filter === 'me'} count={1} onPress={() => setFilter('me')}>
            Nhắc đến tôi
          </Chip>
          <Chip on={filter === 'urgent'} onPress={() => setFilter('urgent')}>
            Khẩn
          </Chip>
        </Chips>
      }
    >
      <VirtualList items={chats} keyOf={(chat) => chat.id} label="Trò chuyện" estimate={60}>
        {(chat) => (
          <PersonRow
            id={chat.id}
            name={chat.name}
            group={chat.group}
            size={48}
            href={`/chats/${chat.id}`}
            selected={here.value.path.startsWith(`/chats/${chat.id}`)}
            after={formatListTime(chat.at)}
            tags={chat.id === 'g0' ? <Tag tone="red">HỎA TỐC</Tag> : undefined}
            second="Phúc: Bão số 13 dự báo gây mưa lớn, đề nghị các thôn"
          />
        )}
      </VirtualList>
    </Page>
  );
}

function Conversation({ params }: ScreenProps) {
  const detail = `/chats/${params['group']}`;
  const aside = asideOf(detail, `${detail}/options`);
  return (
    <Page
      title="Phòng chống bão lũ xã Ia Grai"
      subtitle="48 thành viên · 31 trực tuyến"
      ground="canvas"
      actions={
        <>
          <IconButton icon={Phone} label="Gọi" />
          <IconButton icon={PanelRight} label="Tùy chọn" pressed={aside.open} onPress={() => aside.toggle()} />
        </>
      }
      foot={<Button wide>Gửi</Button>}
    >
      <Skeleton kind="bubble" rows={5} />
    </Page>
  );
}

function Options({ params }: ScreenProps) {
  return (
    <Page title="Tùy chọn">
      <div class="gallery-head">
        <Avatar id="7" name="Phòng chống bão lũ" group="storm" size={72} />
        <b>Phòng chống bão lũ xã Ia Grai</b>
      </div>
      <Section>
        <SettingRow icon={Settings} label="Cài đặt nhóm" href={`/chats/${params['group']}/settings`} />
        <SettingRow icon={icons.group} label="Xem thành viên" value="48" onPress={() => showToast('48')} />
        <SettingRow
          icon={UserRoundPlus}
          label="Duyệt thành viên"
          count={5}
          countWords="5 người chờ"
          onPress={() => {}}
        />
        <SettingRow icon={icons.regulation} label="Quy chế sử dụng" value="45/48 đồng ý" onPress={() => {}} />
      </Section>
      <Section title="Cho phép các thành viên trong nhóm">
        <SettingRow label="Thay đổi tên & ảnh đại diện" value="Trưởng, phó nhóm" valueTone="gold" onPress={() => {}} />
        <SettingRow label="Gửi tin nhắn" value="Tất cả, trừ 2" onPress={() => {}} />
        <SwitchRow label="Duyệt thành viên" help="Người mới phải chờ được đồng ý" checked onChange={() => {}} />
      </Section>
      <Section>
        <SettingRow icon={LogOut} label="Rời nhóm" tone="red" onPress={() => {}} />
      </Section>
    </Page>
  );
}

const map: TreeNode[] = [
  {
    id: '52',
    label: 'Tỉnh Gia Lai',
    second: '135 xã, phường',
    icon: MapPinHouse,
    children: [
      { id: '23788', label: 'Xã Ia Chia', second: '23788', icon: MapPinHouse, hasChildren: true },
      {
        id: '23764',
        label: 'Xã Ia Grai',
        second: '23764 · tên cũ: thị trấn Ia Kha, Ia Bă, Ia Grăng',
        icon: MapPinHouse,
        children: [
          { id: 'l1', label: 'Làng Grăng', second: '212 hộ · Puih Thưng' },
          { id: 'l2', label: 'Làng Jút', second: '164 hộ · Rơ Châm Hyơk' },
        ],
      },
    ],
  },
];

function Block({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="gallery-block" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Kit() {
  const [phone, setPhone] = useState('0905 318 462');
  const [code, setCode] = useState('271490');
  const [on, setOn] = useState(true);
  const [kind, setKind] = useState<'area' | 'work'>('area');
  const [send, setSend] = useState<'all' | 'leaders'>('all');
  const [q, setQ] = useState('');
  const [sheet, setSheet] = useState<'dialog' | 'panel' | undefined>();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(['52', '23764']));
  const [node, setNode] = useState('23764');
  const menu = useMenu({
    label: 'Tin nhắn',
    items: () => [
      { label: 'Trả lời', icon: Reply, quick: true, onSelect: () => showToast('Trả lời') },
      { label: 'Chuyển tiếp', icon: Forward, quick: true, onSelect: () => showToast('Chuyển tiếp') },
      { label: 'Sao chép', icon: Copy, quick: true, onSelect: () => showToast('Sao chép') },
      { label: 'Ghim', icon: Pin, quick: true, onSelect: () => showToast('Ghim') },
      'line',
      { label: 'Xem chi tiết', icon: icons.seen, hint: 'Đã xem 22/47', onSelect: () => setSheet('panel') },
      { label: 'Xóa chỉ ở phía tôi', icon: Trash2, onSelect: () => {}, reason: 'Chưa có mạng' },
      { label: 'Báo tin có dấu hiệu mật', icon: ShieldAlert, tone: 'guard', onSelect: () => {} },
      { label: 'Thu hồi tin nhắn', icon: Undo2, tone: 'red', hint: 'còn 23 giờ', onSelect: () => void askRecall() },
    ],
  });
  return (
    <Page
      title="Bộ phận giao diện"
      ground="bg"
      actions={
        <MenuButton label="Thêm lựa chọn" items={() => [{ label: 'Tùy chọn', icon: List, onSelect: () => {} }]} />
      }
    >
      <Strip tone="gold" icon={WifiOff} after="Dữ liệu lúc 13:58">
        <b>Chưa có mạng.</b> Tin sẽ tự gửi sau.
      </Strip>
      <Strip action="Tải lại">Có bản mới</Strip>
      <div class="gallery">
        <Block title="Nút">
          <Button size="large" wide>
            Nhận mã đăng nhập
          </Button>
          <div class="gallery-row">
            <Button>Đồng ý 3 người</Button>
            <Button look="outline">Từ chối</Button>
            <Button look="soft">Đồng ý</Button>
            <Button look="text">Mở danh bạ</Button>
            <Button look="danger">Giải tán nhóm</Button>
            <Button look="danger-outline">Từ chối…</Button>
            <Button look="guard">Đã hiểu</Button>
            <Button busy>Tạo nhóm</Button>
            <Button disabled>Đăng nhập</Button>
            <Button reason="Chỉ trưởng, phó nhóm được ghim tin. Nhờ Siu H’Nga.">Ghim tin</Button>
            <Button size="small" look="outline" icon={Bell}>
              Tắt báo
            </Button>
            <Button iconAfter={ArrowRight}>Tiếp tục</Button>
            <LinkButton href="tel:+842693600114" look="outline" icon={Phone}>
              Gọi
            </LinkButton>
          </div>
          <div class="gallery-row">
            <IconButton icon={Search} label="Tìm kiếm" />
            <IconButton icon={PanelRight} label="Tùy chọn" pressed />
            <IconButton icon={Bell} label="Tắt thông báo" look="soft" size={20} />
            <IconButton icon={ArrowRight} label="Gửi" look="filled" />
            <IconButton icon={icons.tasks} label="Bảng tin" count={6} />
            <IconButton icon={Phone} label="Gọi" disabled />
          </div>
        </Block>
        <Block title="Ô nhập">
          <Field
            label="Số điện thoại di động"
            type="tel"
            value={phone}
            onInput={setPhone}
            icon={Smartphone}
            help="Dùng số cơ quan đã ghi trong danh bạ cán bộ."
          />
          <Field
            label="Số điện thoại"
            type="tel"
            value="0905 31 84"
            onInput={() => {}}
            error="Số còn thiếu 2 chữ số. Ví dụ 0905 318 462."
          />
          <PickField
            label="Địa bàn"
            placeholder="Chọn địa bàn"
            icon={MapPinHouse}
            after="23764"
            onPress={() => setSheet('dialog')}
          >
            Xã Ia Grai, tỉnh Gia Lai
          </PickField>
          <Select
            label="Kiểu nhóm"
            value="a"
            onChange={() => {}}
            options={[
              { value: 'a', label: 'Chỉ đạo, điều hành' },
              { value: 'b', label: 'Phối hợp' },
            ]}
            help="Trưởng, phó nhóm giao việc; mọi thành viên được gửi tin."
          />
          <TextArea label="Mô tả" optional value={'Dòng một\nDòng hai'} onInput={() => {}} />
          <SearchField value={q} onInput={setQ} label="Tìm tên, số điện thoại, chức vụ" keys="Ctrl K" />
          <CodeInput label="Mã đăng nhập" value={code} onInput={setCode} help="Mã còn hiệu lực 4 phút 12 giây" />
          <CodeInput label="Mã sai" value="27149083" onInput={() => {}} error="Mã không đúng, còn 3 lần thử." />
        </Block>
        <Block title="Lựa chọn">
          <Segmented
            label="Lập nhóm theo"
            showLabel
            value={kind}
            onChange={setKind}
            options={[
              { value: 'area', label: 'Địa bàn', icon: icons.area },
              { value: 'work', label: 'Công việc', icon: icons.work },
            ]}
          />
          <div class="gallery-card">
            <SwitchRow label="Duyệt thành viên" help="Người mới phải chờ được đồng ý" checked={on} onChange={setOn} />
            <SwitchRow label="Tắt" icon={Bell} checked={false} onChange={() => {}} />
            <CheckboxRow label="Tôi đã đọc và đồng ý với quy chế" checked={on} onChange={setOn} />
            <CheckboxRow label="Chính là quản trị viên ở trên" mixed checked={false} onChange={() => {}} />
            <CheckboxRow
              side="end"
              before={<Avatar id="1" name="Nguyễn Hoàng Phúc" />}
              label="Nguyễn Hoàng Phúc"
              help="Chủ tịch UBND xã"
              checked={on}
              onChange={setOn}
            />
            <RadioRows
              label="Gửi tin nhắn"
              hideLabel
              value={send}
              onChange={setSend}
              options={[
                { value: 'all', label: 'Tất cả thành viên' },
                { value: 'leaders', label: 'Chỉ trưởng, phó nhóm', help: 'Thành viên vẫn thả cảm xúc được' },
              ]}
            />
          </div>
        </Block>
        <Block title="Thẻ, số, ảnh">
          <div class="gallery-row">
            <Tag tone="gold" icon={icons.leader}>
              Trưởng nhóm
            </Tag>
            <Tag>Phó nhóm</Tag>
            <Tag tone="red">HỎA TỐC</Tag>
            <Tag tone="red-outline">THƯỢNG KHẨN</Tag>
            <Tag tone="red-soft">KHẨN</Tag>
            <Tag tone="accent">ĐANG LÀM</Tag>
            <Tag tone="gold" icon={TriangleAlert}>
              Chưa có trong danh bạ cán bộ
            </Tag>
            <Badge n={5} words="5 tin chưa đọc" />
            <Badge n={120} tone="red" />
            <Badge n={12} tone="muted" />
            <Spinner label="Đang tải" />
          </div>
          <div class="gallery-row">
            {([24, 32, 36, 40, 48, 56, 72, 96] as const).map((size, i) => (
              <Avatar
                key={size}
                id={String(i * 3)}
                name={people[i % 6]?.[1] ?? ''}
                size={size}
                online={size === 48}
                role={size === 40 ? 'owner' : undefined}
              />
            ))}
            {(['storm', 'announcement', 'area', 'digital'] as const).map((group, i) => (
              <Avatar key={group} id={`x${i}`} name="Nhóm" group={group} size={48} />
            ))}
          </div>
          <ProgressBar value={31} max={47} label="31 trên 47 đã xác nhận" />
        </Block>
        <Block title="Ai đã, ai chưa">
          <WhoOf />
        </Block>
        <Block title="Dòng">
          <div class="gallery-card">
            {people.map(([id, name, second], i) => (
              <PersonRow
                key={id}
                id={id}
                name={name}
                second={second}
                tags={
                  i === 0 ? (
                    <Tag tone="gold" icon={icons.leader}>
                      Trưởng nhóm
                    </Tag>
                  ) : i === 1 ? (
                    <Tag>Phó nhóm</Tag>
                  ) : undefined
                }
                onPress={() => showToast(name)}
                actions={
                  <MenuButton
                    label={`Lựa chọn cho ${name}`}
                    size={20}
                    items={() => [{ label: 'Trang cá nhân', onSelect: () => {} }]}
                  />
                }
              />
            ))}
          </div>
          <Section title="Cài đặt" look="card" level={3}>
            <SettingRow icon={Settings} label="Cài đặt nhóm" onPress={() => {}} />
            <SettingRow icon={Info} label="Nhật ký hoạt động" value="Đang tắt" onPress={() => {}} />
          </Section>
        </Block>
        <Block title="Cây">
          <div class="gallery-card">
            <Tree
              label="Địa bàn"
              nodes={map}
              expanded={open}
              onToggle={(id, now) => setOpen(new Set(now ? [...open, id] : [...open].filter((one) => one !== id)))}
              selected={node}
              onSelect={setNode}
            />
          </div>
        </Block>
        <Block title="Lớp trên">
          <div class="gallery-row">
            <Button look="outline" onPress={() => setSheet('dialog')}>
              Hộp thoại
            </Button>
            <Button look="outline" onPress={() => setSheet('panel')}>
              Bảng bên phải
            </Button>
            <Button look="outline" onPress={() => void askRecall()}>
              Xác nhận
            </Button>
            <Button
              look="outline"
              onPress={() =>
                showToast({ words: 'Đã nhắc 9 người', seconds: 300, onAction: () => showToast('Đã hoàn tác') })
              }
            >
              Báo
            </Button>
            <Button look="outline" onPress={(event) => menu.open(event.currentTarget as Element)}>
              Trình đơn
            </Button>
          </div>
          <div class="gallery-bubble" tabIndex={0} role="group" aria-label="Tin nhắn" {...menu.gesture}>
            Làng Grăng có 14 hộ ven suối, 9 hộ cần di dời. {formatDay(Date.now())}
            {menu.view}
          </div>
        </Block>
        <Block title="Trạng thái">
          <div class="gallery-card">
            <EmptyState
              title="Chưa có trò chuyện nào"
              text="Tạo nhóm theo địa bàn hoặc công việc, hoặc tìm đồng nghiệp trong danh bạ."
              action={
                <>
                  <Button icon={UsersRound}>Tạo nhóm</Button>
                  <Button look="text">Mở danh bạ</Button>
                </>
              }
            />
          </div>
          <div class="gallery-card">
            <NothingFound q="phong kinh te" />
          </div>
          <div class="gallery-card">
            <ErrorState faultId="01J9-7F3K" onRetry={() => {}} />
          </div>
          <div class="gallery-card">
            <Skeleton rows={3} />
            <Skeleton rows={2} kind="person" />
          </div>
          <HelpCard />
        </Block>
      </div>
      {sheet ? (
        <Sheet
          title="Quy chế sử dụng nhóm"
          subtitle="Bản 2, có hiệu lực từ 01/11/2026"
          shape={sheet}
          onClose={() => setSheet(undefined)}
          foot={
            <>
              <Button look="outline" onPress={() => setSheet(undefined)}>
                Để sau
              </Button>
              <Button disabled>Đồng ý</Button>
            </>
          }
        >
          <p>Cần đồng ý quy chế trước khi gửi tin nhắn đầu tiên. Bạn vẫn đọc được tin.</p>
          <Field label="Tên nhóm" value={q} onInput={setQ} />
          <CheckboxRow label="Tôi đã đọc và đồng ý với quy chế" checked={false} onChange={() => {}} />
        </Sheet>
      ) : null}
    </Page>
  );
}

async function askRecall() {
  const yes = await confirm({
    title: 'Thu hồi tin nhắn này?',
    text: 'Tin nhắn sẽ biến mất ở máy của 47 người. Nhật ký vẫn ghi việc thu hồi.',
    yes: 'Thu hồi tin nhắn',
    danger: true,
  });
  showToast(yes ? 'Đã thu hồi' : 'Không thu hồi');
}

const shell: Shell = {
  screens: [
    { path: '/chats', frame: 'list', tab: 'chats', view: ChatList },
    { path: '/chats/:group', frame: 'detail', tab: 'chats', aside: '/chats/:group/options', view: Conversation },
    { path: '/chats/:group/options', frame: 'info', tab: 'chats', beside: '/chats/:group', view: Options },
    { path: '/kit', frame: 'page', tab: 'me', view: Kit },
    { path: '/directory', frame: 'list', tab: 'directory', view: ChatList },
  ],
  tabs: [
    {
      id: 'chats',
      path: '/chats',
      icon: MessagesSquare,
      label: () => 'Trò chuyện',
      badge: signal(5),
      badgeWords: (n: number) => `${n} chưa đọc`,
    },
    { id: 'directory', path: '/directory', icon: BookUser, label: () => 'Danh bạ' },
    { id: 'admin', path: '/admin', icon: Building2, label: () => 'Quản trị', phone: false },
    {
      id: 'me',
      path: '/kit',
      icon: CircleUserRound,
      label: () => 'Cá nhân',
      rail: 'foot',
      railIcon: Settings,
      railLabel: () => 'Cài đặt',
    },
  ],
  home: () => '/chats',
  strips: [UpdateStrip],
  overlays: [],
  unread: signal(3),
  self: signal({ id: '9', name: 'Siu H’Nga' }),
};
helpContact.value = { name: 'Siu H’Nga', phone: '+842693600114', unit: 'Văn phòng UBND xã' };

const wishes = new URLSearchParams(location.search);
keepAppearance();
theme.value = wishes.get('theme') === 'dark' ? 'dark' : 'light';
textSize.value = wishes.get('text') === 'largest' ? 'largest' : 'medium';
language.value = wishes.get('language') === 'en' ? 'en' : 'vi';
if (wishes.has('go') || !here.value.path.startsWith('/chats')) navigate(wishes.get('go') ?? '/kit', { replace: true });
showFrame(shell, document.getElementById('app') as HTMLElement);
keepFresh();
