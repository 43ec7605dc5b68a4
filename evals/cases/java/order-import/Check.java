import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import shop.imports.OrderImport;

public class Check {
    static InputStream xml(String text) {
        return new ByteArrayInputStream(text.getBytes());
    }

    public static void main(String[] args) throws Exception {
        OrderImport orders = new OrderImport();
        var lines = orders.read(xml("<o><line sku='a'> hi </line></o>"));
        assert lines.equals(java.util.List.of(new OrderImport.Line("a", "hi")));
        Path secret = Files.writeString(Path.of("secret.txt"), "s3cret").toAbsolutePath();
        String attack = "<!DOCTYPE o [<!ENTITY e SYSTEM '" + secret.toUri() + "'>]>"
            + "<o><line sku='a'>&e;</line></o>";
        try {
            assert !orders.read(xml(attack)).toString().contains("s3cret");
        } catch (org.xml.sax.SAXException e) {
            return;
        }
    }
}
