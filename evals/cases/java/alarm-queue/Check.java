import clinic.AlarmBoard;
import clinic.AlarmBoard.Alarm;

public class Check {
    public static void main(String[] args) {
        AlarmBoard board = new AlarmBoard();
        assert board.next() == null;
        board.raise(new Alarm(1, 50, "4a"));
        board.raise(new Alarm(3, 60, "2b"));
        board.raise(new Alarm(3, 60, "2b"));
        board.raise(new Alarm(3, 60, "7c"));
        assert board.all().size() == 3 : board.all();
        assert board.next().bed().equals("2b");
        board.clear(new Alarm(3, 60, "2b"));
        assert board.next().bed().equals("7c");
    }
}
