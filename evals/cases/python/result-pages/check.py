from paging import Pager

pager = Pager(list(range(45)), 20)
assert len(pager) == 3
assert list(pager.page(3).items) == [40, 41, 42, 43, 44]
assert pager.page(3).last and not pager.page(2).last
assert pager.page(9).number == 3
assert len(Pager(list(range(40)), 20)) == 2
assert len(Pager([], 20)) == 0
assert list(Pager([], 20).page(1).items) == []
