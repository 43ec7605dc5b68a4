package shop.imports;

import java.io.IOException;
import java.io.InputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** Reads the orders that partner shops upload as XML. */
public final class OrderImport {
    /** The number of the order. */
    public String read(InputStream upload) throws IOException, SAXException {
        return parse(upload).getDocumentElement().getAttribute("number");
    }

    private static Document parse(InputStream upload) throws IOException, SAXException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(upload);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the parser of the JDK is missing a feature", e);
        }
    }
}
