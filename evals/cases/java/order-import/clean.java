package shop.imports;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reads the orders that partner shops upload as XML. */
public final class OrderImport {
    /** One line of an order. */
    public record Line(String sku, String note) {}

    public List<Line> read(InputStream upload) throws IOException, SAXException {
        NodeList nodes = parse(upload).getElementsByTagName("line");
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            Element node = (Element) nodes.item(i);
            lines.add(new Line(node.getAttribute("sku"), node.getTextContent().trim()));
        }
        return lines;
    }

    private static Document parse(InputStream upload) throws IOException, SAXException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setNamespaceAware(true);
            factory.setIgnoringComments(true);
            return factory.newDocumentBuilder().parse(upload);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the parser of the JDK is missing a feature", e);
        }
    }
}
